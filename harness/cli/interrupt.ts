import { exitCodes } from '../contracts/verdicts.ts';

/** SIGINT and SIGTERM end the run in order; a second one changes nothing, the supervisor cleans up in any case. */
export class Interrupt {
  exitCode: number = exitCodes.sigint;
  readonly #controller = new AbortController();
  readonly #handlers: readonly [NodeJS.Signals, () => void][];

  constructor(report: (line: string) => void) {
    const on = (name: 'SIGINT' | 'SIGTERM', exitCode: number): [NodeJS.Signals, () => void] => [
      name,
      () => {
        if (this.signal.aborted) return;
        this.exitCode = exitCode;
        report(`\n${name}: undoing faults and stopping everything …`);
        this.#controller.abort(new Error(`stopped by ${name}`));
      },
    ];
    this.#handlers = [on('SIGINT', exitCodes.sigint), on('SIGTERM', exitCodes.sigterm)];
    for (const [name, handler] of this.#handlers) process.on(name, handler);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  dispose(): void {
    for (const [name, handler] of this.#handlers) process.off(name, handler);
  }
}
