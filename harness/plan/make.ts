import { join } from 'node:path';
import type { Plan } from '../contracts/plan.ts';
import { projectRoot } from '../root.ts';
import { pollingEndpoints, readDocumentedStatuses } from '../targets/ticketing/endpoints.ts';
import { loadExperiment, type LoadedExperiment } from './experiment.ts';
import { newRunId, planRun } from './plan.ts';
import { assertEndpointsKnown } from './sla.ts';

/** What the command line may change about an experiment. */
export interface PlanFlags {
  readonly rate?: number;
  readonly seed: number;
}

/** Reads an experiment and decides everything about a run of it. Throws a UsageError with every problem. */
export function makePlan(experiment: string, flags: PlanFlags): Promise<Plan> {
  return planLoaded(loadExperiment(experiment), flags);
}

/** Decides everything about a run of an experiment that was read. */
export async function planLoaded(loaded: LoadedExperiment, { rate, seed }: PlanFlags): Promise<Plan> {
  const documentedStatuses = await readDocumentedStatuses(join(projectRoot, 'service'));
  assertEndpointsKnown(loaded.sla, Object.keys(documentedStatuses), loaded.file);
  return planRun(loaded, {
    runId: newRunId(loaded.experiment.name),
    seed,
    ...(rate === undefined ? {} : { ratePerSecond: rate }),
    documentedStatuses,
    pollingEndpoints,
  });
}
