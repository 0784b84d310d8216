import { Redis } from 'ioredis';

const CONNECT_TIMEOUT_MS = 500;

/** Settings of a Redis server, by name. */
export type RedisSettings = Readonly<Record<string, string>>;

/** A connection that fails at once rather than trying again. `url` may be a proxy's. */
export function redisClient(url: string, timeoutMs: number, name = 'gatecrash'): Redis {
  const client = new Redis(url, {
    connectionName: name,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    autoResendUnfulfilledCommands: false,
    enableReadyCheck: false,
    lazyConnect: true,
  });
  // Without a listener it would be thrown; the command that failed tells it as well.
  client.on('error', () => undefined);
  return client;
}

/** Does something over a connection of its own, and closes it. Rejects with why there was no connection, e.g. ECONNREFUSED. */
export async function withRedis<T>(url: string, timeoutMs: number, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = redisClient(url, timeoutMs);
  // connect() itself only says that the connection is closed.
  let why: Error | undefined;
  client.on('error', (error: Error) => (why = error));
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw why ?? error;
  } finally {
    client.disconnect();
  }
}

const SETTINGS_TIMEOUT_MS = 3000;

/** What these settings are now. */
export function readSettings(url: string, names: readonly string[]): Promise<RedisSettings> {
  return withRedis(url, SETTINGS_TIMEOUT_MS, async (client) => {
    const flat = (await client.config('GET', ...names)) as string[];
    const known = new Map(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : [])) as [string, string][]);
    return Object.fromEntries(names.map((name) => [name, known.get(name) ?? '']));
  });
}

/** Changes settings of a running server and reads them back; a restart brings back those it was started with. */
export function setSettings(url: string, settings: RedisSettings): Promise<void> {
  return withRedis(url, SETTINGS_TIMEOUT_MS, async (client) => {
    await client.config('SET', ...(Object.entries(settings).flat() as [string, string]));
    for (const [name, value] of Object.entries(settings)) {
      const [, after] = (await client.config('GET', name)) as string[];
      if (after !== value) throw new Error(`redis: ${name} is ${after} after it was set to ${value}`);
    }
  });
}

/** As `setSettings`, of a server that may be gone: it has lost what was set then. */
export async function restoreSettings(url: string, settings: RedisSettings): Promise<void> {
  await setSettings(url, settings).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNREFUSED') throw error;
  });
}

/** Bytes the server uses now. */
export function usedBytes(url: string): Promise<number> {
  return withRedis(url, SETTINGS_TIMEOUT_MS, async (client) => Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]));
}
