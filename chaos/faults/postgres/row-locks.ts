import { holdSession } from '../../drivers/postgres-sessions.ts';
import type { Sign } from '../../signs.ts';
import type { FaultWorld } from '../../world.ts';
import { faultKind, noParams } from '../fault.ts';
import { statementCanary } from './look.ts';

/** "lock_not_available" */
const LOCKED = '55P03';
/** Seats are taken all the time; never all that are asked for, unless nothing is left to sell. */
const SHARE_MIN = 0.95;

/** A session of ours holds the rows of all seats, as one that was forgotten in mid-transaction would. */
export const rowLocks = faultKind({
  kind: 'row-locks',
  family: 'postgres',
  summary: 'a transaction that stays open holds the rows of all seats: nobody can reserve one, reads go on',
  targets: ['postgres'],
  promise: `a seat cannot be locked: ${LOCKED}`,
  params: noParams,
  undo: (fault, world) => [{ kind: 'postgres-end-sessions', url: world.addresses.postgresDirect, applicationName: sessionOf(fault) }],
  apply: (fault, world) => holdSession(world.addresses.postgresDirect, sessionOf(fault), ['SELECT count(*) FROM (SELECT FROM seats ORDER BY schedule_id, seat_no FOR UPDATE) held']),
  // The last one: the service seldom holds it itself.
  canary: (_fault, world) => statementCanary(world.addresses.postgresProxied, 'SELECT FROM seats ORDER BY schedule_id DESC, seat_no DESC LIMIT 1 FOR UPDATE NOWAIT'),
  holds: (probe) => probe.detail === LOCKED,
  sign: (_fault, world) => refusedShare(world),
});

const sessionOf = (fault: { readonly id: string }): string => `gatecrash-fault-${fault.id}`;

/** The part of the reservations since the last reading that the service refused for the state of their seat. */
function refusedShare(world: FaultWorld): Sign {
  const asked = { method: 'POST', route: '/reservations' };
  const all = world.metric({ name: 'http_request_duration_seconds_count', labels: asked, combine: 'sum' });
  const conflicts = world.metric({ name: 'http_requests_total', labels: { ...asked, status: '409' }, combine: 'sum' });
  let last: { readonly all: number; readonly conflicts: number } | undefined;
  let share: number | null = null;
  return {
    what: 'part of the reservations that the service refused with 409',
    rule: { reaches: SHARE_MIN },
    async read() {
      const [allNow, conflictsNow] = await Promise.all([all(), conflicts()]);
      if (allNow === null) return share;
      const now = { all: allNow, conflicts: conflictsNow ?? 0 };
      // Too few since the last reading say nothing new.
      if (last && now.all - last.all < 5) return share;
      if (last) share = (now.conflicts - last.conflicts) / (now.all - last.all);
      last = now;
      return share;
    },
  };
}
