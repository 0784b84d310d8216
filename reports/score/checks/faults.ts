import type { FaultMeasurement } from '../../../harness/contracts/measurements.ts';
import type { PlannedFault } from '../../../harness/contracts/plan.ts';
import { thresholds } from '../thresholds.ts';
import { type Check, type CheckInput, type CheckResult, percent } from './check.ts';

type FaultTest = (fault: FaultMeasurement, planned: PlannedFault) => CheckResult;

/** A check that every planned fault must pass; the first that does not is named. */
const forEveryFault =
  (test: FaultTest) =>
  ({ plan, measurements }: CheckInput): CheckResult => {
    if (plan.faults.length === 0) return { ok: true, value: null, saw: 'The experiment has no fault' };
    const results = plan.faults.map((planned) => {
      const fault = measurements.faults.find(({ id }) => id === planned.id);
      return fault === undefined ? { ok: false, value: null, saw: `${planned.id} never happened` } : test(fault, planned);
    });
    return results.find(({ ok }) => !ok) ?? (results[0] as CheckResult);
  };

/** Did every fault take hold, hold, and go? */
export const faultChecks: readonly Check[] = [
  {
    id: 'faults-verified',
    name: 'Every fault took hold',
    bound: 'verified by canary and counter',
    fix: 'Look at the timeline for what the canary and the service saw; the fault may act on another path than the service uses.',
    excusedBy: ['abort', 'service-death'],
    run: forEveryFault(({ id, verifiedMs, verifiedEvidence }) => ({ ok: verifiedMs !== null, value: verifiedEvidence, saw: verifiedMs === null ? `${id} was never verified` : `${id} was verified: ${verifiedEvidence ?? 'no evidence recorded'}` })),
  },
  {
    id: 'faults-held',
    name: 'Every fault held',
    bound: `at least ${percent(thresholds.faultHeldShareMin)} of its planned duration`,
    fix: 'Look at the timeline for why it was undone early.',
    excusedBy: ['abort'],
    run: forEveryFault(({ id, applyMs, undoMs }, { durationMs }) => {
      const heldMs = applyMs === null || undoMs === null ? 0 : undoMs - applyMs;
      return { ok: heldMs >= thresholds.faultHeldShareMin * durationMs, value: heldMs / 1000, saw: `${id} held for ${Number((heldMs / 1000).toFixed(1))} s of ${durationMs / 1000} s` };
    }),
  },
  {
    id: 'faults-gone',
    name: 'Every fault went',
    bound: 'verified gone',
    fix: 'Run `gatecrash recover`, and look at the timeline for what the canary saw after the undo.',
    excusedBy: ['abort', 'service-death'],
    run: forEveryFault(({ id, goneMs, goneEvidence }) => {
      const gone = goneMs !== null && goneEvidence !== null;
      return { ok: gone, value: goneEvidence, saw: gone ? `${id} was gone: ${goneEvidence}` : `${id} was never seen to be gone` };
    }),
  },
  {
    id: 'canary-before',
    name: 'The canary answered before the fault',
    bound: `at least ${percent(thresholds.canaryShareMin)}`,
    fix: 'The target was not well before the fault: look at its log.',
    excusedBy: ['abort'],
    run: forEveryFault(({ id, canary }) => answered(`${id}, before`, canary.before)),
  },
  {
    id: 'canary-during',
    name: 'The canary failed while the fault held',
    bound: `at least ${percent(thresholds.canaryShareMin)}, at ${thresholds.canaryPerSecondMin}/s or more`,
    fix: 'The fault was not whole: the target was reachable in between.',
    excusedBy: ['abort'],
    run: forEveryFault(({ id, canary, verifiedMs, undoMs }) => {
      const { ok, failed } = canary.during;
      const seconds = verifiedMs === null || undoMs === null ? 0 : (undoMs - verifiedMs) / 1000;
      const enough = ok + failed >= Math.max(1, thresholds.canaryPerSecondMin * Math.floor(seconds));
      return { ok: enough && failed / (ok + failed) >= thresholds.canaryShareMin, value: failed, saw: `${id}, during: ${failed} of ${ok + failed} canaries failed` };
    }),
  },
  {
    id: 'canary-after',
    name: 'The canary answered after the fault',
    bound: `at least ${percent(thresholds.canaryShareMin)}`,
    fix: 'The target did not come back whole: look at its log.',
    excusedBy: ['abort'],
    run: forEveryFault(({ id, canary }) => answered(`${id}, after`, canary.after)),
  },
  {
    id: 'service-felt-it',
    name: "The service's own counter moved",
    bound: 'more than 0 failed calls of that dependency',
    fix: 'The service did not use the dependency during the fault: raise the load, or check the counter.',
    excusedBy: ['abort', 'service-death'],
    run: forEveryFault(({ id, counterGrowth }) => ({ ok: (counterGrowth ?? 0) > 0, value: counterGrowth, saw: counterGrowth === null ? `${id}: the service's counter was not read` : `${id}: the service counted ${counterGrowth} failed calls` })),
  },
];

function answered(what: string, { ok, failed }: { ok: number; failed: number }): CheckResult {
  return { ok: ok > 0 && ok / (ok + failed) >= thresholds.canaryShareMin, value: ok, saw: `${what}: ${ok} of ${ok + failed} canaries answered` };
}
