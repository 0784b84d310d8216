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
    bound: 'verified by canary and second witness',
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
    name: 'The canary showed the fault while it held',
    bound: `at least ${percent(thresholds.canaryShareMin)} of the looks (one, of a fault that is over in a moment or hits a part), at ${thresholds.canaryPerSecondMin}/s or more`,
    fix: 'The fault was not whole: the target was as always in between.',
    excusedBy: ['abort'],
    run: forEveryFault(({ id, canary, verifiedMs, undoMs }, { canaryShareMin }) => {
      const { ok, failed } = canary.during;
      const seconds = verifiedMs === null || undoMs === null ? 0 : (undoMs - verifiedMs) / 1000;
      const enough = ok + failed >= Math.max(1, thresholds.canaryPerSecondMin * Math.floor(seconds));
      const share = ok + failed === 0 ? 0 : failed / (ok + failed);
      // Of one that shows for a moment only, the look that verified it may be the only one.
      const shown = canaryShareMin > 0 ? share >= canaryShareMin : verifiedMs !== null;
      return { ok: enough && shown, value: failed, saw: `${id}, during: ${failed} of ${ok + failed} canaries showed it` };
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
    name: 'A second witness saw the fault',
    bound: 'a count of the service (or the kernel, or the users) that moved, or a level that was reached',
    fix: 'The service did not use what was broken during the fault: raise the load, or check the metric.',
    excusedBy: ['abort', 'service-death'],
    run: forEveryFault(({ id, sign, signWhat }) => ({ ok: (sign ?? 0) > 0, value: sign, saw: sign === null ? `${id}: ${signWhat}: not read` : `${id}: ${signWhat}: ${Number(sign.toFixed(1))}` })),
  },
  {
    id: 'expectations-read',
    name: 'What was expected could be looked at',
    bound: 'every expectation of every fault',
    fix: 'Check the names of metrics, breakers and processes in the experiment against service/metrics.json.',
    excusedBy: ['abort', 'service-death'],
    run: forEveryFault(({ id, expectations }, { expect }) => {
      const wanted = (expect.health === undefined || expect.health === 'any' ? 0 : 1) + (expect.breakers?.length ?? 0) + (expect.metrics?.length ?? 0);
      const unread = expectations.find(({ met }) => met === null);
      const told = expectations.filter(({ met }) => met !== null).length;
      return { ok: unread === undefined && told === wanted, value: told, saw: unread === undefined ? `${id}: ${told} of ${wanted} expectations could be looked at` : `${id}: ${unread.what}: ${unread.saw}` };
    }),
  },
];

function answered(what: string, { ok, failed }: { ok: number; failed: number }): CheckResult {
  return { ok: ok > 0 && ok / (ok + failed) >= thresholds.canaryShareMin, value: ok, saw: `${what}: ${ok} of ${ok + failed} canaries answered` };
}
