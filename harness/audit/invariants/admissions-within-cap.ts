import { admissionSettings } from '../../targets/ticketing/settings.ts';
import { admissions, type LedgerInvariant } from './invariant.ts';

/** A sweep over the durable log of admissions, one queue after the other. */
export const admissionsWithinCap: LedgerInvariant = {
  id: 'admissions-within-cap',
  title: 'Never are more users admitted at one time than the cap allows',
  start(tally, { plan }) {
    const { cap } = admissionSettings(plan.service);
    let scope: string | undefined;
    let active = 0;
    return {
      watches: [
        admissions((edge) => {
          if (edge.scope !== scope) active = 0;
          scope = edge.scope;
          if (edge.change === 'ended') active--;
          if (edge.change !== 'admitted') return;
          active++;
          tally.look();
          if (active > cap) tally.violate({ scope, seq: edge.seq, tMs: edge.tMs, active, cap }, active);
        }),
      ],
    };
  },
};
