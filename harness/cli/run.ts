import { join } from 'node:path';
import { UsageError } from '../contracts/fail.ts';
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

/** Runs an experiment to its verdict. Exit code of the verdict; 130 or 143 when interrupted. */
export async function runCommand(experiment: string, flags: PlanFlags & BlastFlags & { out: string; stack: 'own' | 'up'; json?: boolean }): Promise<number> {
  const plan = makePlan(experiment, flags);
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
