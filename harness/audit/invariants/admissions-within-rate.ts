import { admissionSettings } from '../../targets/ticketing/settings.ts';
import type { AdmissionEdge } from '../admissions.ts';
import { admissions, type LedgerInvariant } from './invariant.ts';

/** Times in the ledger are cut to milliseconds: two may seem closer than they were by one. */
const CUT_MS = 1;

/**
 * Token bucket: in every window of w seconds at most rate·w + burst are admitted, the burst being one second's rate
 * (at least one). Equivalent and linear: with n(t) admissions up to t, n(t) − rate·t rises by at most the burst above
 * its least value so far.
 */
export const admissionsWithinRate: LedgerInvariant = {
  id: 'admissions-within-rate',
  title: "In no window are more users admitted than its length at the rate allows, plus a burst of one second's rate",
  start(tally, { plan }) {
    const { ratePerSecond } = admissionSettings(plan.service);
    const burst = Math.max(1, ratePerSecond);
    const tolerance = (ratePerSecond * CUT_MS) / 1000 + 1e-6;
    let scope: string | undefined;
    let startMs = 0;
    let admitted = 0;
    let least = 0;
    let leastAtMs = 0;
    const see = (admission: AdmissionEdge): void => {
      if (admission.change !== 'admitted') return;
      if (admission.scope !== scope) {
        ({ scope, tMs: startMs } = admission);
        admitted = 0;
        least = Number.POSITIVE_INFINITY;
      }
      tally.look();
      const allowedSinceStart = (ratePerSecond * (admission.tMs - startMs)) / 1000;
      if (admitted - allowedSinceStart < least) {
        least = admitted - allowedSinceStart;
        leastAtMs = admission.tMs;
      }
      admitted++;
      const aboveRate = admitted - allowedSinceStart - least;
      if (aboveRate > burst + tolerance) {
        tally.violate({ scope, seq: admission.seq, windowFromMs: leastAtMs, windowToMs: admission.tMs, aboveRate: Number(aboveRate.toFixed(2)), burst, ratePerSecond }, aboveRate);
      }
    };
    return { watches: [admissions(see)] };
  },
};
