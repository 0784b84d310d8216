import { Client } from 'pg';
import { canaryOf } from '../../drivers/canary.ts';
import { missInvalidations } from '../../drivers/stale-cache.ts';
import { grows } from '../../signs.ts';
import type { Canary, FaultWorld } from '../../world.ts';
import { faultKind, noParams } from '../fault.ts';

const DEADLINE_MS = 1000;
/** A process may tell what it has read for 100 ms; beyond this a seat map that was invalidated is not told. */
const OLD_MS = 500;
const FLAG = 'gatecrash:stale-cache';

/** The seats taken between 0.5 s and 2 s ago and still taken, by schedule. */
const takenSql = `
  SELECT schedule_id AS "scheduleId", array_agg(seat_no) AS seats FROM reservations
   WHERE created_at BETWEEN clock_timestamp() - interval '2 s' AND clock_timestamp() - interval '${OLD_MS} ms' AND status IN ('HELD', 'CONFIRMED')
   GROUP BY schedule_id ORDER BY max(created_at) DESC LIMIT 8`;

interface Taken {
  readonly scheduleId: string;
  readonly seats: readonly number[];
}

/** Invalidations of the seat map do not arrive: it is told old to the end of its time to live. PostgreSQL decides who gets a seat all the same. */
export const cacheInvalidationMissed = faultKind({
  kind: 'cache-invalidation-missed',
  family: 'business',
  summary: 'a seat map that was forgotten or replaced comes back into Redis until its time to live is over',
  targets: ['redis'],
  promise: `a seat that was taken ${OLD_MS / 1000} s ago and more is still shown as free`,
  // Only while seats are being taken, and not right after a map was read anew.
  shows: 'partly',
  params: noParams,
  undo: (_fault, world) => [{ kind: 'cache-heeds-invalidations', url: world.addresses.redisDirect, flag: FLAG }],
  apply: (_fault, world) => missInvalidations(world.addresses.redisDirect, FLAG),
  canary: (_fault, world) => seatMapCanary(world),
  holds: (probe) => probe.detail?.startsWith('shown as free') ?? false,
  sign: (_fault, world) => grows(world, 'seat maps from Redis that the service itself had forgotten', { name: 'cache_outdated_total', labels: { area: 'seats' }, combine: 'sum' }),
});

/** Compares what PostgreSQL has sold with what the map shows afterwards. */
function seatMapCanary({ addresses }: FaultWorld): Canary {
  return canaryOf(async () => {
    const taken = await recentlyTaken(addresses.postgresProxied);
    const shown = await Promise.all(taken.map((each) => shownFree(addresses.api, each)));
    const free = shown.flat();
    if (free.length > 0) throw new Error(`shown as free ${OLD_MS} ms after they were taken: ${free.length} seats`);
    return `${taken.reduce((sum, { seats }) => sum + seats.length, 0)} seats taken of late, none shown as free`;
  });
}

async function shownFree(api: string, { scheduleId, seats }: Taken): Promise<number[]> {
  const response = await fetch(`${api}/concerts/schedules/${encodeURIComponent(scheduleId)}/seats`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok) throw new Error(`the seat map answered ${response.status}`);
  const map = (await response.json()) as { seats: { seatNo: number; status: string }[] };
  const free = new Set(map.seats.filter(({ status }) => status === 'AVAILABLE').map(({ seatNo }) => seatNo));
  return seats.filter((seat) => free.has(seat));
}

async function recentlyTaken(url: string): Promise<Taken[]> {
  const client = new Client({ connectionString: url, application_name: 'gatecrash-canary', connectionTimeoutMillis: DEADLINE_MS, query_timeout: DEADLINE_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Taken>(takenSql)).rows;
  } finally {
    client.end().catch(() => undefined);
  }
}
