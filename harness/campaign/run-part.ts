import { join } from 'node:path';
import type { PartFigures } from '../contracts/campaign.ts';
import type { Bus } from '../contracts/bus.ts';
import { Measurements } from '../contracts/measurements.ts';
import type { Plan } from '../contracts/plan.ts';
import { artefacts } from '../contracts/run-folder.ts';
import type { Verdict } from '../contracts/verdict.ts';
import type { BlastRadius } from '../run/blast-radius.ts';
import { evaluate } from '../run/evaluate.ts';
import { recordRun, takeRunDir, type RunOptions } from '../run/record.ts';
import { readJson } from '../store/json.ts';
import { figuresOf } from './figures.ts';
import type { Stacks, Taken } from './stacks.ts';

export interface PartResult {
  readonly verdict: Verdict;
  readonly figures: PartFigures | null;
  /** Number of the stack it ran on. */
  readonly stack: number;
}

/** `serviceDir`, `sqlAfterMigration`: for a service with a planted defect. */
export interface RunPartOptions extends Pick<RunOptions, 'serviceDir' | 'sqlAfterMigration'> {
  readonly stacks: Stacks;
  /** The campaign's folder. */
  readonly outDir: string;
  readonly signal: AbortSignal;
  readonly blastRadius: BlastRadius;
  report(line: string): void;
  onBus?(bus: Bus, plan: Plan): Disposable;
}

/** One run on a warm stack, to its verdict. Throws what the harness failed with, or the reason of the abort. */
export const runPart = async (plan: Plan, options: RunPartOptions): Promise<PartResult> => runPartOn(await options.stacks.take(plan), plan, options);

/** The same on a stack that was taken for it. */
export async function runPartOn({ warm, number, logs }: Taken, plan: Plan, { stacks, onBus, ...options }: RunPartOptions): Promise<PartResult> {
  const { outDir, signal } = options;
  const runDir = await takeRunDir({ outDir, plan });
  try {
    const { dataset } = await recordRun(warm, { ...options, plan, ...(onBus && { onBus: (bus: Bus) => onBus(bus, plan) }) });
    signal.throwIfAborted();
    stacks.used(dataset);
    // Its log must be complete before the manifest is written; and it would only wait for what is about to be dropped.
    await warm.stack.stopService();
    await logs.copyTo(join(runDir, artefacts.logs)).catch((error: Error) => options.report(`the logs of the servers could not be copied: ${error.message}`));
  } catch (error) {
    stacks.spoil('the harness failed in the last part');
    throw error;
  }
  const verdict = await evaluate(runDir);
  const measurements = await readJson(join(runDir, artefacts.measurements), Measurements);
  const stayed = measurements.ok ? measurements.value.faults.filter(({ applyMs, goneMs }) => applyMs !== null && goneMs === null) : [];
  if (stayed.length > 0) stacks.spoil(`${stayed.map(({ id }) => id).join(', ')} was not seen to be gone`);
  return { verdict, figures: await figuresOf(runDir), stack: number };
}
