import type { Findings } from '../../harness/contracts/findings.ts';
import type { Measurements, PhaseEndpoint } from '../../harness/contracts/measurements.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import type { DatasetFile, StackFile } from '../../harness/contracts/stack.ts';
import type { MetricName } from '../../harness/contracts/sla.ts';
import type { JudgedObjective, Verdict } from '../../harness/contracts/verdict.ts';
import { none, offsetText, utcText } from './format.ts';

/** A run as it lies in its folder. What a broken run did not get to is null, and the report says so. */
export interface Run {
  readonly plan: Plan;
  readonly stack: StackFile | null;
  readonly dataset: DatasetFile | null;
  readonly measurements: Measurements | null;
  readonly findings: Findings | null;
  readonly verdict: Verdict;
}

export type Phase = Measurements['phases'][number];

/** Measured requests of a phase; `endpoint` "*" is all together. Null when nothing was measured. */
export function phaseRow(run: Run, phase: string, endpoint = '*'): PhaseEndpoint | null {
  return run.measurements?.endpoints.find((row) => row.phase === phase && row.endpoint === endpoint) ?? null;
}

/** Length of a phase in seconds, null when it is not there or empty. Phases that come in several windows are summed. */
export function phaseSeconds(run: Run, phase: string): number | null {
  const windows = run.measurements?.phases.filter(({ id }) => id === phase) ?? [];
  const seconds = windows.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs) / 1000, 0);
  return seconds > 0 ? seconds : null;
}

/** Share of requests that were not bad, null without requests. */
export function availability(row: PhaseEndpoint | null): number | null {
  return row && row.count > 0 ? 1 - row.bad / row.count : null;
}

/** Requests (or successful requests) per second of a phase, null when it cannot be said. */
export function phaseRate(run: Run, phase: string, what: 'count' | 'successful'): number | null {
  const row = phaseRow(run, phase);
  const seconds = phaseSeconds(run, phase);
  return row && seconds ? row[what] / seconds : null;
}

/** "fault:redis-down" → "fault redis-down": phases as people read them. */
export function phaseTitle(phase: string): string {
  if (phase.startsWith('fault:')) return `fault ${phase.slice('fault:'.length)}`;
  return phase === 'warmup' ? 'warm-up' : phase;
}

/** Time since the start of the load, "+43.2 s"; UTC when the start is unknown; "–" for null. */
export function whenText(run: Run, epochMs: number | null): string {
  if (epochMs === null) return none;
  const startMs = run.measurements?.loadStartMs ?? null;
  return startMs === null ? utcText(epochMs) : offsetText(epochMs - startMs);
}

/** The phases along the time axis, without `whole`, which lies over all of them. */
export function axisPhases(run: Run): readonly Phase[] {
  return (run.measurements?.phases ?? []).filter(({ id }) => id !== 'whole').toSorted((a, b) => a.startMs - b.startMs);
}

/** Phases that are judged, in the order of time, `whole` last. */
export function judgedPhases(run: Run): readonly string[] {
  const ids = axisPhases(run).map(({ id }) => id).filter((id) => id !== 'warmup' && id !== 'drain');
  return [...new Set([...ids, 'whole'])];
}

/** Gated objectives of a metric over all endpoints. */
export function gated(run: Run, metric: MetricName): readonly JudgedObjective[] {
  return run.verdict.objectives.filter((objective) => objective.metric === metric && objective.gate && objective.endpoint === undefined);
}

/** "PASS", "PASS (not audited)" … */
export function verdictWord(verdict: Verdict): string {
  return verdict.verdict === 'PASS' && !verdict.audited ? 'PASS (not audited)' : verdict.verdict;
}
