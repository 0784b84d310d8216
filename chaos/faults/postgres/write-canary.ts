import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { CANARY_STATEMENT } from '../../drivers/postgres-messages.ts';
import type { Addresses, Canary } from '../../world.ts';

/** What a look says whose write was committed and whose answer never came. */
export const COMMITTED_UNANSWERED = 'committed, the answer was cut off';

const DEADLINE_MS = 1000;
/** A commit is told to those who listen at once. */
const TOLD_WITHIN_MS = 300;
const CHANNEL = 'gatecrash_canary';

/**
 * Writes as the service does, over a connection of its own through the proxy, and listens past the proxy: PostgreSQL
 * tells a notification when, and only when, the transaction that sent it is committed. It leaves nothing behind.
 */
export function writeCanary({ postgresProxied, postgresDirect }: Pick<Addresses, 'postgresProxied' | 'postgresDirect'>): Canary {
  const told = new Set<string>();
  let listener: Client | undefined;

  const listen = async (): Promise<void> => {
    if (listener) return;
    const client = clientFor(postgresDirect);
    client.on('error', () => (listener = undefined)).on('end', () => (listener = undefined));
    client.on('notification', ({ payload }) => told.add(payload ?? ''));
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    listener = client;
  };
  const wasTold = async (id: string): Promise<boolean> => {
    for (const giveUpMs = Date.now() + TOLD_WITHIN_MS; Date.now() < giveUpMs; await sleep(10)) if (told.delete(id)) return true;
    return false;
  };
  return {
    async probe() {
      const id = randomUUID();
      let startedMs = performance.now();
      try {
        await listen();
        startedMs = performance.now();
        await write(postgresProxied, id);
        told.delete(id);
        return { ok: true, latencyMs: performance.now() - startedMs };
      } catch (error) {
        const latencyMs = performance.now() - startedMs;
        const { code, message } = error as { code?: string; message: string };
        return { ok: false, latencyMs, detail: (await wasTold(id)) ? COMMITTED_UNANSWERED : (code ?? message) };
      }
    },
    close: () => void listener?.end().catch(() => undefined),
  };
}

async function write(url: string, id: string): Promise<void> {
  const client = clientFor(url);
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query({ name: CANARY_STATEMENT, text: `SELECT pg_notify('${CHANNEL}', $1)`, values: [id] });
  } finally {
    client.end().catch(() => undefined);
  }
}

const clientFor = (url: string): Client => new Client({ connectionString: url, application_name: 'gatecrash-canary', connectionTimeoutMillis: DEADLINE_MS, query_timeout: DEADLINE_MS });
