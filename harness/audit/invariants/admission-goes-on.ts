import { admissionSettings } from '../../targets/ticketing/settings.ts';
import type { AdmissionEdge } from '../admissions.ts';
import { admissions, type LedgerInvariant } from './invariant.ts';
import { ADMISSION_STALLED_MS } from './times.ts';

/**
 * A sweep over the queue, one after the other: how long at a stretch did somebody wait while there was room, and nobody was
 * let in? Time in which a fault held does not count. Everything may answer well, and nobody buys.
 */
export const admissionGoesOn: LedgerInvariant = {
  id: 'admission-goes-on',
  title: `While people wait and there is room, somebody is let in at least every ${ADMISSION_STALLED_MS / 1000} s`,
  start(tally, { plan, takenMs, faults }) {
    const { cap } = admissionSettings(plan.service);
    const [untilMs, windows] = [takenMs(), faults()];
    let queue = { scope: '', active: 0, waiting: 0 };
    /** From when on somebody could have been let in; null: nobody could. */
    let sinceMs: number | null = null;

    const ends = (atMs: number): void => {
      const stalledMs = sinceMs === null ? 0 : windows.longestOutside(sinceMs, atMs);
      if (stalledMs > ADMISSION_STALLED_MS) tally.violate({ ...queue, cap, fromMs: sinceMs, toMs: atMs, stalledMs }, stalledMs);
      sinceMs = null;
    };
    const see = ({ scope, tMs, change }: AdmissionEdge): void => {
      if (scope !== queue.scope) {
        ends(untilMs);
        queue = { scope, active: 0, waiting: 0 };
      }
      if (change === 'came') tally.look();
      if (change === 'admitted') ends(tMs);
      const { active, waiting } = queue;
      queue = {
        scope,
        active: active + (change === 'admitted' ? 1 : change === 'ended' ? -1 : 0),
        waiting: waiting + (change === 'came' ? 1 : change === 'ended' ? 0 : -1),
      };
      if (queue.waiting === 0 || queue.active >= cap) ends(tMs);
      else sinceMs ??= tMs;
    };
    return { watches: [admissions(see)], finish: () => ends(untilMs) };
  },
};
