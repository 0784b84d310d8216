import { join } from 'node:path';
import { UsageError } from '../contracts/fail.ts';
import { exitCodes } from '../contracts/verdicts.ts';
import { makePlan, type PlanFlags } from '../plan/make.ts';
import { startLive } from '../run/live.ts';
import { runPlan } from '../run/run.ts';
import { Interrupt } from './interrupt.ts';
import { planLines } from './plan.ts';
import { printVerdict } from './verdict-table.ts';

export interface BlastFlags {
  readonly maxFaults: number;
  readonly allowHost: readonly string[];
}

type RunFlags = PlanFlags & BlastFlags & { readonly looks: number; readonly out: string; readonly stack: 'own' | 'up'; readonly json?: boolean };

/** Runs an experiment to its verdict, again as long as it is INCONCLUSIVE and looks are left. Exit code of the last verdict; 130 or 143 when interrupted. */
export async function runCommand(experiment: string, flags: RunFlags): Promise<number> {
  for (let look = 1; ; look++) {
    const { exitCode, print } = await runOnce(experiment, flags);
    const last = exitCode !== exitCodes.INCONCLUSIVE || look >= flags.looks;
    if (last || !flags.json) print();
    if (last) return exitCode;
    (flags.json ? process.stderr : process.stdout).write(`\nlook ${look + 1} of ${flags.looks}\n`);
  }
}

async function runOnce(experiment: string, flags: RunFlags): Promise<{ exitCode: number; print(): void }> {
  const plan = makePlan(experiment, flags);
  const out = flags.json ? process.stderr : process.stdout;
  const report = (line: string): void => void out.write(`${line}\n`);
  planLines(plan).forEach(report);
  const interrupt = new Interrupt(report);
  try {
    const { runDir, verdict } = await runPlan({ plan, onUp: flags.stack === 'up', outDir: flags.out, blastRadius: { maxFaults: flags.maxFaults, allowHosts: flags.allowHost }, signal: interrupt.signal, report, onBus: (bus) => startLive(bus, { plan, out }) });
    if (verdict === null) {
      return { exitCode: interrupt.exitCode, print: () => report(`interrupted; what was recorded is in ${runDir}`) };
    }
    return { exitCode: verdict.exitCode, print: () => printVerdict(verdict, runDir, flags.json === true) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (!interrupt.signal.aborted) throw new Error(`${(error as Error).message}\nwhat was recorded is in ${join(flags.out, plan.runId)}`, { cause: error });
    return { exitCode: interrupt.exitCode, print: () => report(`interrupted: ${(error as Error).message}`) };
  } finally {
    interrupt.dispose();
  }
}
