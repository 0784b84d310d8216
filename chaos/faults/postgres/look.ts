import { Client } from 'pg';
import type { Canary, Probe } from '../../world.ts';

const DEADLINE_MS = 1000;

/** A canary that runs one statement in the database of the run, on a connection of its own through the proxy; `detail` is the SQLSTATE of a refusal. */
export function statementCanary(url: string, statement: string): Canary {
  return { probe: () => look(url, statement), close() {} };
}

async function look(url: string, statement: string): Promise<Probe> {
  const client = new Client({ connectionString: url, application_name: 'gatecrash-canary', connectionTimeoutMillis: DEADLINE_MS, query_timeout: DEADLINE_MS });
  client.on('error', () => undefined);
  let startedMs = performance.now();
  const took = (): number => performance.now() - startedMs;
  try {
    await client.connect();
    startedMs = performance.now();
    await client.query(statement);
    return { ok: true, latencyMs: took() };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { ok: false, latencyMs: took(), detail: code ?? message };
  } finally {
    client.end().catch(() => undefined);
  }
}
