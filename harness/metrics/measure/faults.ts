import type { FaultMeasurement } from '../../contracts/measurements.ts';
import type { Plan, PlannedFault } from '../../contracts/plan.ts';
import { detectionOf } from './detection.ts';
import { Growth } from './growth.ts';
import type { Phases } from './phases.ts';
import { holdingOf, recoveryOf } from './recovery.ts';
import type { ClosedSecond } from './requests.ts';
import type { Edges, Probe, TimelineSeen } from './timeline.ts';

const noEdges: Edges = { applyMs: null, verifiedMs: null, undoMs: null, goneMs: null, notGoneMs: null, verifiedEvidence: null, goneEvidence: null };

/** One row for every planned fault, also for one that never came. */
export function measureFaults(plan: Plan, seen: TimelineSeen, phases: Phases, seconds: readonly ClosedSecond[]): FaultMeasurement[] {
  const holds = holdingOf(plan.sla.objectives);
  return plan.faults.map((fault) => {
    const edges = seen.edges.get(fault.id) ?? noEdges;
    const endMs = edges.goneMs ?? edges.notGoneMs ?? phases.endMs;
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
      canary: canaryOf(fault, edges, seen, plan.faults),
      counterGrowth: edges.applyMs === null ? null : counterGrowth(seen.counters.get(fault.target) ?? [], edges.applyMs, endMs),
      detection: edges.applyMs === null ? null : detectionOf(seen.health, edges.applyMs, endMs),
      recovery: edges.undoMs === null || holds === null ? null : recoveryOf(edges.undoMs, Math.min(phases.loadEndMs, nextApplyMs(edges.undoMs, seen)), plan.stabilityWindowMs, seconds, holds),
    };
  });
}

/** A later fault ends the time in which this one's recovery can be seen. */
function nextApplyMs(undoMs: number, seen: TimelineSeen): number {
  return Math.min(...[...seen.edges.values()].flatMap(({ applyMs }) => (applyMs !== null && applyMs > undoMs ? [applyMs] : [])), Number.POSITIVE_INFINITY);
}

/** Canaries before and after leave out the windows of other faults on the same target. */
function canaryOf(fault: PlannedFault, { applyMs, verifiedMs, undoMs, goneMs }: Edges, seen: TimelineSeen, faults: readonly PlannedFault[]): FaultMeasurement['canary'] {
  const probes = seen.canaries.get(fault.target) ?? [];
  const others = faults.filter(({ id, target }) => id !== fault.id && target === fault.target).map(({ id }) => seen.edges.get(id) ?? noEdges);
  const calm = ({ tMs }: Probe): boolean => !others.some((other) => other.applyMs !== null && tMs >= other.applyMs && tMs <= (other.goneMs ?? Number.POSITIVE_INFINITY));
  return {
    before: count(probes, (probe) => applyMs !== null && probe.tMs < applyMs && calm(probe)),
    during: count(probes, ({ tMs }) => verifiedMs !== null && tMs >= verifiedMs && tMs < (undoMs ?? Number.POSITIVE_INFINITY)),
    after: count(probes, (probe) => goneMs !== null && probe.tMs >= goneMs && calm(probe)),
  };
}

function count(probes: readonly Probe[], test: (probe: Probe) => boolean): { ok: number; failed: number } {
  const tested = probes.filter(test);
  const ok = tested.filter((probe) => probe.ok).length;
  return { ok, failed: tested.length - ok };
}

/** Growth from the last reading before apply to the end of the window; null with fewer than two readings. */
function counterGrowth(readings: readonly { tMs: number; errorsTotal: number }[], applyMs: number, endMs: number): number | null {
  const before = readings.findLast(({ tMs }) => tMs < applyMs);
  const inside = readings.filter(({ tMs }) => tMs >= applyMs && tMs <= endMs);
  const growth = new Growth(before?.errorsTotal);
  const grown = inside.flatMap(({ errorsTotal }) => growth.next(errorsTotal) ?? []);
  return grown.length === 0 ? null : grown.reduce((sum, each) => sum + each, 0);
}
