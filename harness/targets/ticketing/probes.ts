import { Client } from 'pg';
import { canaryDeadlineMs, type Canary } from '../../../chaos/world.ts';
import type { Stack } from '../../stack/api.ts';
import { kafkaApiVersions, redisCommand, redisEcho } from './wire.ts';

/**
 * A canary for one target (redis, postgres, broker-1 …, gateway, api), through the proxy that the service uses. Each
 * probe opens a connection of its own, so that no client's pool or retry hides what a newcomer would meet. Throws for
 * a target that has no proxy. With `payloadBytes` the question is that long, and so is the answer where the target echoes.
 */
export function canaryFor(target: string, stack: Stack, payloadBytes = 0): Canary {
  const look = looker(target, stack, payloadBytes);
  let closed = false;
  return {
    async probe() {
      if (closed) return { ok: false, latencyMs: 0, detail: 'the canary is closed' };
      const startedMs = performance.now();
      try {
        await look();
        return { ok: true, latencyMs: performance.now() - startedMs };
      } catch (error) {
        return { ok: false, latencyMs: performance.now() - startedMs, detail: reason(error) };
      }
    },
    close() {
      closed = true;
    },
  };
}

function looker(target: string, stack: Stack, payloadBytes: number): () => Promise<unknown> {
  const port = stack.proxies[target]?.port;
  if (port === undefined) throw new Error(`no proxy in front of ${target}; there is one in front of ${Object.keys(stack.proxies).join(', ')}`);
  const deadlineMs = canaryDeadlineMs(target);
  const payload = 'x'.repeat(payloadBytes);
  if (target === 'redis') return () => (payloadBytes > 0 ? redisEcho(`redis://127.0.0.1:${port}`, payloadBytes, deadlineMs) : redisCommand(`redis://127.0.0.1:${port}`, 'PING', deadlineMs));
  if (target === 'postgres') return () => select(stack.urls.postgresProxied('postgres'), payloadBytes > 0 ? `SELECT '${payload}'` : 'SELECT 1', deadlineMs);
  if (target.startsWith('broker-')) return () => kafkaApiVersions('127.0.0.1', port, deadlineMs, `gatecrash${payload}`);
  const path = target === 'api' ? '/health/live' : '/health';
  return () => expectOk(`http://127.0.0.1:${port}${path}${payloadBytes > 0 ? `?${payload}` : ''}`, deadlineMs);
}

async function select(url: string, sql: string, deadlineMs: number): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: deadlineMs, query_timeout: deadlineMs, application_name: 'gatecrash-canary' });
  const failed = Promise.withResolvers<never>();
  client.on('error', failed.reject);
  const timer = setTimeout(() => failed.reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  try {
    await Promise.race([client.connect().then(() => client.query(sql)), failed.promise]);
  } finally {
    clearTimeout(timer);
    client.end().catch(() => {}); // Nobody waits for the goodbye of a probe.
  }
}

async function expectOk(url: string, deadlineMs: number): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(deadlineMs), headers: { connection: 'close' } });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`answered ${response.status}`);
}

function reason(error: unknown): string {
  const { code, message, cause } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException };
  // The code of a DOMException, as of a time-out, is a number that says nothing.
  return (typeof code === 'string' ? code : undefined) ?? cause?.code ?? message;
}
