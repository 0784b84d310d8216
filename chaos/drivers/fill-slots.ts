import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/**
 * A process of its own that takes every connection slot of a PostgreSQL server and keeps them until it is killed:
 * `node fill-slots.ts URL`. It needs none of them to end, as statements from elsewhere would.
 */
const [url = ''] = process.argv.slice(2);
const NAME = 'gatecrash-slots';
const TRIES_AT_ONCE = 8;
/** How often a slot is asked for when all are taken: those that others give up become ours. */
const AGAIN_MS = 50;

const held = new Set<Client>();

async function take(): Promise<boolean> {
  const client = new Client({ connectionString: url, application_name: NAME });
  client.on('error', () => held.delete(client));
  try {
    await client.connect();
    held.add(client);
    return true;
  } catch {
    return false;
  }
}

const takeSome = async (): Promise<number> => (await Promise.all(Array.from({ length: TRIES_AT_ONCE }, take))).filter(Boolean).length;

// All that are free first, then those of others in the same database, one after the other: whoever reconnects comes too late.
while ((await takeSome()) > 0);
const [ours] = held;
const { rows = [] } = (await ours?.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name <> $1 AND backend_type = \'client backend\'', [NAME])) ?? {};
for (const { pid } of rows) {
  await ours?.query('SELECT pg_terminate_backend($1)', [pid]);
  await takeSome();
}
for (;;) {
  await takeSome();
  await sleep(AGAIN_MS);
}
