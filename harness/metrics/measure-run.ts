import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurements } from '../contracts/measurements.ts';
import type { Plan } from '../contracts/plan.ts';
import { ResourceRow } from '../contracts/resources.ts';
import { artefacts } from '../contracts/run-folder.ts';
import { SeriesRow } from '../contracts/series.ts';
import { TimelineEvent } from '../contracts/timeline.ts';
import { readNdjson } from '../store/ndjson.ts';
import { inThread } from '../store/thread.ts';
import { measure } from './measure/measure.ts';

export interface MeasureWork {
  readonly plan: Plan;
  readonly runDir: string;
}

/** Threads take 0.2 s to start: for a series of fewer bytes they are not worth it. */
const THREAD_FROM_BYTES = 1 << 22;

/**
 * Measures a run folder. A long one in a thread of its own, and what that needed is given back before the audit begins, which needs
 * as much; one that fails there, at its limit, is measured here.
 */
export async function measureRun(work: MeasureWork, threadFromBytes = THREAD_FROM_BYTES): Promise<Measurements> {
  const bytes = statSync(join(work.runDir, artefacts.series), { throwIfNoEntry: false })?.size ?? 0;
  if (bytes < threadFromBytes) return measureHere(work);
  return inThread<Measurements>(new URL('./measure-thread.ts', import.meta.url), work).catch(() => measureHere(work));
}

export function measureHere({ plan, runDir }: MeasureWork): Promise<Measurements> {
  return measure({
    plan,
    series: readNdjson(join(runDir, artefacts.series), 'series', plan.runId, SeriesRow),
    timeline: readNdjson(join(runDir, artefacts.timeline), 'timeline', plan.runId, TimelineEvent),
    resources: readNdjson(join(runDir, artefacts.resources), 'resources', plan.runId, ResourceRow),
  });
}
