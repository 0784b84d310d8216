import { join } from 'node:path';
import type { Plan } from '../contracts/plan.ts';
import { projectRoot } from '../root.ts';
import { pollingEndpoints, readDocumentedStatuses } from '../targets/ticketing/endpoints.ts';
import { loadExperiment, type LoadedExperiment } from './experiment.ts';
import { newRunId, planRun } from './plan.ts';

/** What the command line may change about an experiment. */
export interface PlanFlags {
  readonly rate?: number;
  readonly seed: number;
  /** Up to so many runs are looked at until one decides; default 1. */
  readonly looks?: number;
}

/** Reads an experiment and decides everything about a run of it. Throws a UsageError with every problem. */
export function makePlan(experiment: string, flags: PlanFlags): Plan {
  return planLoaded(loadExperiment(experiment), flags);
}

/** Decides everything about a run of an experiment that was read. */
export function planLoaded(loaded: LoadedExperiment, { rate, seed, looks }: PlanFlags): Plan {
  const documentedStatuses = readDocumentedStatuses(join(projectRoot, 'service'));
  return planRun(loaded, {
    runId: newRunId(loaded.experiment.name),
    seed,
    ...(looks === undefined ? {} : { looks }),
    ...(rate === undefined ? {} : { ratePerSecond: rate }),
    documentedStatuses,
    pollingEndpoints,
  });
}
