import { Client } from 'pg';
import { holdSession } from '../../drivers/postgres-sessions.ts';
import { grows } from '../../signs.ts';
import type { Canary, FaultWorld } from '../../world.ts';
import { faultKind, noParams } from '../fault.ts';

const DEADLINE_MS = 1000;
/** Longer than admission ever takes for a look when there is room for the first in line. */
const STALLED_MS = 2000;

/** How long the first in line of any queue has been there since anybody was let in, in ms; null: nobody waits. */
const waitedSql = `
  SELECT extract(epoch FROM max(clock_timestamp() - greatest(first.issued_at, h.refilled_at))) * 1000 AS "waitedMs"
    FROM queue_head h
   CROSS JOIN LATERAL (
     SELECT p.issued_at FROM queue_places p WHERE p.scope = h.scope AND p.seq > h.watermark AND p.done_at IS NULL ORDER BY p.seq LIMIT 1
   ) first`;

/** Admission into the sale stands still: who waits is not let in, while everything else goes on. */
export const activationStalled = faultKind({
  kind: 'activation-stalled',
  family: 'business',
  summary: 'nobody in the queue is let in: a session of ours holds the rows by which admission counts',
  targets: ['postgres'],
  promise: `people wait and nobody is let in for ${STALLED_MS / 1000} s`,
  params: noParams,
  undo: (fault, world) => [{ kind: 'postgres-end-sessions', url: world.addresses.postgresDirect, applicationName: sessionOf(fault) }],
  apply: (fault, world) => holdSession(world.addresses.postgresDirect, sessionOf(fault), ['SELECT scope FROM queue_head ORDER BY scope FOR UPDATE']),
  canary: (_fault, world) => queueCanary(world),
  holds: (probe) => probe.detail?.startsWith('stalled') ?? false,
  sign: (_fault, world) => grows(world, 'steps of admission that failed, counted by the service', { name: 'queue_admission_failures_total', combine: 'sum' }),
});

const sessionOf = (fault: { readonly id: string }): string => `gatecrash-fault-${fault.id}`;

/** Looks at the queue in PostgreSQL, through its proxy; takes no place in it. */
function queueCanary(world: FaultWorld): Canary {
  return {
    async probe() {
      const startedMs = performance.now();
      const took = (): number => performance.now() - startedMs;
      try {
        const waitedMs = await ask(world.addresses.postgresProxied);
        if (waitedMs === null) return { ok: true, latencyMs: took(), detail: 'nobody waits' };
        const stalled = waitedMs > STALLED_MS;
        return { ok: !stalled, latencyMs: took(), detail: `${stalled ? 'stalled: ' : ''}the first in line has waited ${Math.round(waitedMs)} ms with nobody let in` };
      } catch (error) {
        return { ok: false, latencyMs: took(), detail: (error as Error).message };
      }
    },
    close() {},
  };
}

async function ask(url: string): Promise<number | null> {
  const client = new Client({ connectionString: url, application_name: 'gatecrash-canary', connectionTimeoutMillis: DEADLINE_MS, query_timeout: DEADLINE_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ waitedMs: string | null }>(waitedSql);
    return rows[0]?.waitedMs == null ? null : Number(rows[0].waitedMs);
  } finally {
    client.end().catch(() => undefined);
  }
}
