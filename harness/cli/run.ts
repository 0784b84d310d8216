import { join } from 'node:path';
import { UsageError } from '../contracts/fail.ts';
import { exitCodes } from '../contracts/verdicts.ts';
import { makePlan, type PlanFlags } from '../plan/make.ts';
import { startLive } from '../run/live.ts';
import { runPlan } from '../run/run.ts';
import { planLines } from './plan.ts';
import { printVerdict } from './verdict-table.ts';

export interface BlastFlags {
  readonly maxFaults: number;
  readonly allowHost: readonly string[];
}

/** Runs an experiment to its verdict. Exit code of the verdict; 130 or 143 when interrupted. */
export async function runCommand(experiment: string, flags: PlanFlags & BlastFlags & { out: string; stack: 'own' | 'up'; json?: boolean }): Promise<number> {
  const plan = await makePlan(experiment, flags);
  const out = flags.json ? process.stderr : process.stdout;
  const report = (line: string): void => void out.write(`${line}\n`);
  planLines(plan).forEach(report);
  const interrupt = new Interrupt(report);
  try {
    const { runDir, verdict } = await runPlan({ plan, onUp: flags.stack === 'up', outDir: flags.out, blastRadius: { maxFaults: flags.maxFaults, allowHosts: flags.allowHost }, signal: interrupt.signal, report, onBus: (bus) => startLive(bus, { plan, out }) });
    if (verdict === null) {
      report(`interrupted; what was recorded is in ${runDir}`);
      return interrupt.exitCode;
    }
    printVerdict(verdict, runDir, flags.json === true);
    return verdict.exitCode;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (!interrupt.signal.aborted) throw new Error(`${(error as Error).message}\nwhat was recorded is in ${join(flags.out, plan.runId)}`, { cause: error });
    report(`interrupted: ${(error as Error).message}`);
    return interrupt.exitCode;
  } finally {
    interrupt.dispose();
  }
}

/** SIGINT and SIGTERM end the run in order; a second one changes nothing, the supervisor cleans up in any case. */
class Interrupt {
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
