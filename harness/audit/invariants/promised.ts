import type { AuditedPlan } from './invariant.ts';

/** Whether a plan does not promise these looks: an older one, one for a script of one's own, or one that has set the share to 0. */
export const promisesNo =
  (share: 'ownReadShare' | 'seatReadShare') =>
  ({ load }: AuditedPlan): boolean =>
    !(Number(load.settings[share]) > 0);
