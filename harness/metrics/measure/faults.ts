import type { FaultMeasurement } from '../../contracts/measurements.ts';
import type { Plan, PlannedFault } from '../../contracts/plan.ts';
import { detectionOf } from './detection.ts';
import type { Expectations } from './expectations.ts';
import { Growth } from './growth.ts';
import type { Phases } from './phases.ts';
import { holdingOf, recoveryOf } from './recovery.ts';
import type { ClosedSecond } from './requests.ts';
import { noEdges, type Edges, type Look, type SignReading, type TimelineSeen } from './timeline.ts';

/** One row for every planned fault, also for one that never came. */
export function measureFaults(plan: Plan, seen: TimelineSeen, phases: Phases, seconds: readonly ClosedSecond[], expectations: Expectations): FaultMeasurement[] {
  const holds = holdingOf(plan.sla.objectives);
  return plan.faults.map((fault) => {
    const edges = seen.edges.get(fault.id) ?? noEdges;
    const endMs = edges.goneMs ?? edges.notGoneMs ?? phases.endMs;
    const undoMs = lastUndoMs(edges, seen);
    return {
      id: fault.id,
      kind: fault.kind,
      target: fault.target,
      promise: fault.promise,
      ...(fault.runbook !== undefined && { runbook: fault.runbook }),
      plannedDurationMs: fault.durationMs,
      applyMs: edges.applyMs,
      verifiedMs: edges.verifiedMs,
      undoMs: edges.undoMs,
      goneMs: edges.goneMs,
      verifiedEvidence: edges.verifiedEvidence,
      goneEvidence: edges.goneEvidence,
      lags: edges.lags,
      canary: canaryOf(fault, edges, seen, plan.faults),
      ...witnessOf(edges, seen.signs.get(fault.watch) ?? [], endMs),
      expectations: expectations.rows(fault.expect, edges.applyMs === null ? null : { fromMs: edges.applyMs, toMs: endMs, endMs: phases.loadEndMs }, seen.health),
      detection: edges.applyMs === null || !fault.detects ? null : detectionOf(seen.health, edges.applyMs, endMs),
      recovery: undoMs === null || holds === null || !fault.recovers ? null : recoveryOf(undoMs, Math.min(phases.loadEndMs, nextApplyMs(undoMs, seen)), plan.stabilityWindowMs, seconds, holds),
    };
  });
}

/** From faults that overlap nobody recovers until the last of them was undone. */
function lastUndoMs({ applyMs, undoMs }: Edges, seen: TimelineSeen): number | null {
  if (applyMs === null || undoMs === null) return undoMs;
  const later = [...seen.edges.values()].filter((other) => other.applyMs !== null && other.applyMs < undoMs && (other.undoMs ?? 0) > undoMs);
  return later.length === 0 ? undoMs : Math.max(...later.map((other) => lastUndoMs(other, seen) ?? undoMs));
}

/** A later fault ends the time in which this one's recovery can be seen. */
function nextApplyMs(undoMs: number, seen: TimelineSeen): number {
  return Math.min(...[...seen.edges.values()].flatMap(({ applyMs }) => (applyMs !== null && applyMs > undoMs ? [applyMs] : [])), Number.POSITIVE_INFINITY);
}

/** Canaries before and after leave out the windows of other faults on the same target. */
function canaryOf(fault: PlannedFault, { applyMs, verifiedMs, undoMs, goneMs }: Edges, seen: TimelineSeen, faults: readonly PlannedFault[]): FaultMeasurement['canary'] {
  const looks = seen.canaries.get(fault.watch) ?? [];
  const others = faults.filter(({ id, target }) => id !== fault.id && target === fault.target).map(({ id }) => seen.edges.get(id) ?? noEdges);
  const calm = ({ tMs }: Look): boolean => !others.some((other) => other.applyMs !== null && tMs >= other.applyMs && tMs <= (other.goneMs ?? Number.POSITIVE_INFINITY));
  const count = (inside: (look: Look) => boolean, ok: (look: Look) => boolean): { ok: number; failed: number } => {
    const counted = looks.filter(inside);
    const good = counted.filter(ok).length;
    return { ok: good, failed: counted.length - good };
  };
  const normal = ({ normal: ok }: Look): boolean => ok;
  return {
    before: count((look) => applyMs !== null && look.tMs < applyMs && calm(look), normal),
    during: count(({ tMs }) => verifiedMs !== null && tMs >= verifiedMs && tMs < (undoMs ?? Number.POSITIVE_INFINITY), ({ holds }) => !holds),
    after: count((look) => goneMs !== null && look.tMs >= goneMs && calm(look), normal),
  };
}

/** What the second witness saw; when it is silent, who tells it in its place. */
function witnessOf({ applyMs, sign }: Edges, readings: readonly SignReading[], endMs: number): Pick<FaultMeasurement, 'sign' | 'signWhat'> {
  if (applyMs === null || sign === null) return { sign: null, signWhat: sign?.what ?? 'second witness' };
  const own = signOf(readings, sign.rule, applyMs, endMs);
  if (sign.otherwise === undefined || (own ?? 0) > 0) return { sign: own, signWhat: sign.what };
  const others = readings.flatMap(({ tMs, otherwise }) => (otherwise === undefined ? [] : [{ tMs, value: otherwise }]));
  return { sign: signOf(others, 'grows', applyMs, endMs), signWhat: sign.otherwise };
}

/** Growth of a count from the last reading before apply to the end of the window, or the highest level in it; null when it was not read. */
function signOf(readings: readonly { tMs: number; value: number }[], rule: 'grows' | { readonly reaches: number }, applyMs: number, endMs: number): number | null {
  const inside = readings.filter(({ tMs }) => tMs >= applyMs && tMs <= endMs);
  if (rule !== 'grows') return inside.length === 0 ? null : Math.max(...inside.map(({ value }) => value));
  const growth = new Growth(readings.findLast(({ tMs }) => tMs < applyMs)?.value);
  const grown = inside.flatMap(({ value }) => growth.next(value) ?? []);
  return grown.length === 0 ? null : grown.reduce((sum, each) => sum + each, 0);
}
