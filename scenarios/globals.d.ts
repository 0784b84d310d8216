/** k6's console: with --console-output each call is one line of that file. */
declare const console: { log(line: string): void };
