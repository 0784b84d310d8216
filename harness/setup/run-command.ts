import { spawn } from 'node:child_process';

export interface Command {
  /** For the error: "building k6". */
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
}

const OUTPUT_BYTES_MAX = 64 * 1024;

/**
 * Runs a step of the set-up to its end and gives its output; rejects with the last lines when it fails. It stays in our
 * process group, so Ctrl-C ends it with us. (The supervisor only starts what belongs to a run; there is none yet.)
 */
export function runCommand({ what, command, args, cwd, env, timeoutMs }: Command): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_BYTES_MAX);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => reject(new Error(`${what}: ${command}: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const ending = signal === null ? `exit ${code}` : `${signal} (limit ${timeoutMs / 1000} s)`;
      const lines = output.trim().split('\n').slice(-15).map((line) => `  | ${line}`);
      reject(new Error(`${what}: ${command} ${args[0] ?? ''}: ${ending}\n${lines.join('\n')}`));
    });
  });
}
