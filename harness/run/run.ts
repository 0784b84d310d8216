import { join } from 'node:path';
import { artefacts } from '../contracts/run-folder.ts';
import type { Verdict } from '../contracts/verdict.ts';
import { ensureTools, extraToolsOf } from '../setup/tools.ts';
import { recoverLines } from '../supervisor/recover-text.ts';
import { recover } from '../supervisor/recover.ts';
import { assertFewFaults, defaultBlastRadius } from './blast-radius.ts';
import { evaluate } from './evaluate.ts';
import { assertMachineCan } from './machine-needs.ts';
import { recordRun, takeRunDir, type RunOptions } from './record.ts';
import { attachToUp } from '../up/attach.ts';
import { startWarmStack } from './warm-stack.ts';

export interface RunResult {
  readonly runDir: string;
  /** null: interrupted before there was anything to judge */
  readonly verdict: Verdict | null;
}

/**
 * One run, from a plan to a verdict, on a stack of its own, or (`onUp`) on the one that `up` has left running: provision, prepare, execute, settle, then everything that is
 * pure. However it ends, the supervisor has undone the faults, stopped what was started and removed the temporary folder.
 */
export async function runPlan(options: RunOptions & { readonly onUp?: boolean }): Promise<RunResult> {
  const { plan, signal, report } = options;
  assertFewFaults(plan, options.blastRadius ?? defaultBlastRadius);
  assertMachineCan(plan.faults);
  const runDir = await takeRunDir(options);
  await recoverAndTell(report);
  const tools = await ensureTools(report, extraToolsOf(plan.stack));
  const logDir = join(runDir, artefacts.logs);
  try {
    await using warm = await (options.onUp ? attachToUp : startWarmStack)({ plan, tools, logDir, signal, report });
    await recordRun(warm, options);
  } catch (error) {
    await recoverAndTell(report); // A supervisor that was killed has put nothing away.
    throw error;
  }
  return { runDir, verdict: signal.aborted ? null : await evaluate(runDir) };
}

/** Puts away what runs whose supervisor is dead have left. */
export async function recoverAndTell(report: RunOptions['report']): Promise<void> {
  for (const line of recoverLines(await recover())) report(`left by a run that was killed, ${line}`);
}
