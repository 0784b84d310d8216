import type { Bucket } from './buckets.ts';
import { axisPhases, phaseTitle, type Run } from '../run.ts';

export interface AxisWindow {
  readonly id: string;
  /** shares of the axis */
  readonly from: number;
  readonly to: number;
  /** the part in which the fault was verified; null when it never was */
  readonly verified: { readonly from: number; readonly to: number } | null;
}

/** The one time axis that all charts of a run share. */
export interface TimeAxis {
  readonly startMs: number;
  readonly seconds: number;
  readonly phases: readonly { readonly title: string; readonly fault: boolean; readonly from: number; readonly to: number }[];
  readonly windows: readonly AxisWindow[];
  /** moments worth a line: detected, recovered */
  readonly marks: readonly { readonly letter: string; readonly at: number }[];
  at(epochMs: number): number;
  middle(bucket: Bucket): number;
}

/** From the start of the load to the last thing measured; null when nothing was. */
export function timeAxis(run: Run): TimeAxis | null {
  const measured = run.measurements;
  const first = measured?.seconds[0];
  if (!measured || !first) return null;
  const startMs = measured.loadStartMs ?? first.second * 1000;
  const endMs = Math.max((measured.seconds.at(-1)!.second + 1) * 1000, ...measured.phases.map((phase) => phase.endMs));
  const at = (epochMs: number): number => Math.min(1, Math.max(0, (epochMs - startMs) / (endMs - startMs)));
  return {
    startMs,
    seconds: (endMs - startMs) / 1000,
    phases: axisPhases(run).map(({ id, startMs: from, endMs: to }) => ({ title: phaseTitle(id).replace(/^fault /, ''), fault: id.startsWith('fault:'), from: at(from), to: at(to) })),
    windows: faultWindows(run, at, endMs),
    marks: measured.faults.flatMap(({ applyMs, undoMs, detection, recovery }) => [
      ...(applyMs !== null && detection && !detection.censored ? [{ letter: 'D', at: at(applyMs + detection.seconds * 1000) }] : []),
      ...(undoMs !== null && recovery && !recovery.censored ? [{ letter: 'R', at: at(undoMs + recovery.seconds * 1000) }] : []),
    ]),
    at,
    middle: ({ second, seconds }) => at((second + seconds / 2) * 1000),
  };
}

function faultWindows(run: Run, at: (epochMs: number) => number, endMs: number): readonly AxisWindow[] {
  return (run.measurements?.faults ?? []).flatMap(({ id, applyMs, verifiedMs, undoMs, goneMs }) => {
    if (applyMs === null) return [];
    const to = at(goneMs ?? endMs);
    const verified = verifiedMs === null ? null : { from: at(verifiedMs), to: undoMs === null ? to : at(undoMs) };
    return [{ id, from: at(applyMs), to, verified }];
  });
}
