import { join } from 'node:path';
import pg from 'pg';
import { fillDisk } from '../../drivers/filler.ts';
import { usersFailed } from '../../signs.ts';
import type { Canary, FaultWorld } from '../../world.ts';
import { faultKind, noParams } from '../fault.ts';

const DEADLINE_MS = 700;
/** PostgreSQL's code for "no room on the disk". */
const DISK_FULL = '53100';
/** Sorted with so little memory that it goes to the disk, and leaves nothing there. */
const spillSql = 'SELECT count(*) FROM (SELECT g FROM generate_series(1, 20000) g ORDER BY md5(g::text)) AS sorted';

const fillerOf = (world: FaultWorld): string => {
  if (world.smallDisk === undefined) throw new Error('the stack was started without a small disk');
  return join(world.smallDisk, 'filler');
};

/** The disk of the run's database is full: what is there can be read and changed in place, nothing new can be written. */
export const diskFull = faultKind({
  kind: 'disk-full',
  family: 'machine',
  summary: "the disk of the run's database is full; PostgreSQL's log of changes is elsewhere, so the server survives",
  targets: ['postgres'],
  promise: `a query that needs the disk fails with ${DISK_FULL}`,
  params: noParams,
  machineNeeds: ['mount'],
  stackNeeds: ['small-disk'],
  verifyWithinMs: 15_000,
  undo: (_fault, world) => [{ kind: 'file-remove', path: fillerOf(world) }],
  apply: async (_fault, world) => fillDisk(fillerOf(world)),
  canary: (_fault, world) => spillingCanary(world.addresses.postgresProxied),
  holds: (probe) => probe.detail === DISK_FULL,
  sign: (_fault, world) => usersFailed(world),
});

/** On the path of the service, in the database of the run. */
function spillingCanary(connectionString: string): Canary {
  return {
    async probe() {
      const startedMs = performance.now();
      const client = new pg.Client({ connectionString, connectionTimeoutMillis: DEADLINE_MS, query_timeout: DEADLINE_MS, application_name: 'gatecrash-canary' });
      client.on('error', () => undefined); // The query says so.
      try {
        await client.connect();
        await client.query(`SET work_mem = '64kB'`);
        await client.query(spillSql);
        return { ok: true, latencyMs: performance.now() - startedMs };
      } catch (error) {
        return { ok: false, latencyMs: performance.now() - startedMs, detail: (error as { code?: string }).code ?? (error as Error).message };
      } finally {
        client.end().catch(() => undefined); // Nobody waits for the goodbye of a probe.
      }
    },
    close: () => undefined,
  };
}
