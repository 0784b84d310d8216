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

/** Does something over a connection of its own within `timeoutMs`, and closes it. Rejects with why there was no connection, e.g. ECONNREFUSED. */
export async function withRedis<T>(url: string, timeoutMs: number, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = redisClient(url, timeoutMs);
  // connect() itself only says that the connection is closed.
  let why: Error | undefined;
  client.on('error', (error: Error) => (why = error));
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([client.connect().then(() => work(client)), late.promise]);
  } catch (error) {
    throw why ?? error;
  } finally {
    clearTimeout(timer);
    client.disconnect();
  }
}

const SETTINGS_TIMEOUT_MS = 3000;
/** tcpmux: no server of ours, and nobody else's on a machine of today. */
const NOBODY_LISTENS = 1;

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
export const restoreSettings = (url: string, settings: RedisSettings): Promise<void> => unlessGone(setSettings(url, settings));

/** Makes the server a replica of a master that is not there: it keeps its data, answers reads and refuses writes. */
export const followNobody = (url: string): Promise<void> => withRedis(url, SETTINGS_TIMEOUT_MS, async (client) => void (await client.replicaof('127.0.0.1', NOBODY_LISTENS)));

/** The server is no replica of anybody, as it was started; one that is gone is none. */
export const leadAgain = (url: string): Promise<void> => unlessGone(withRedis(url, SETTINGS_TIMEOUT_MS, async (client) => void (await client.replicaof('NO', 'ONE'))));

async function unlessGone(done: Promise<void>): Promise<void> {
  await done.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNREFUSED') throw error;
  });
}

/** Bytes the server uses now. */
export function usedBytes(url: string): Promise<number> {
  return withRedis(url, SETTINGS_TIMEOUT_MS, async (client) => Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]));
}

/** Counts, and does nothing else: a script has no clock that surely goes on while it runs. */
const busyScript = 'for _ = 1, tonumber(ARGV[1]) do end';
/** A tenth of a second or so. */
const ROUNDS_TO_MEASURE = 10_000_000;

/**
 * Has the server work on one script after the other, each of about `scriptMs`, so that it answers others only in between;
 * resolves when the first is on its way. It ends after `durationMs`, when its connection is cut, and with this process.
 */
export async function blockAgainAndAgain(url: string, name: string, scriptMs: number, durationMs: number): Promise<void> {
  const client = redisClient(url, scriptMs * 10, name);
  await client.connect();
  const timed = async (rounds: number): Promise<number> => {
    const startedMs = performance.now();
    await client.eval(busyScript, 0, Math.round(rounds));
    return performance.now() - startedMs;
  };
  let roundsPerMs = ROUNDS_TO_MEASURE / (await timed(ROUNDS_TO_MEASURE));
  const untilMs = Date.now() + durationMs;
  const block = async (): Promise<void> => {
    while (Date.now() < untilMs) {
      const rounds = roundsPerMs * scriptMs;
      roundsPerMs = rounds / (await timed(rounds));
    }
  };
  // Its end by a cut is the undo.
  void block().catch(() => undefined).finally(() => client.disconnect());
}

const KILL_TIMEOUT_MS = 10_000;

/** Cuts all connections of that name; a server that is gone has none. */
export async function killClients(url: string, name: string): Promise<void> {
  const work = withRedis(url, KILL_TIMEOUT_MS, async (client) => {
    const list = (await client.client('LIST')) as string;
    for (const line of list.split('\n').filter((each) => each.includes(` name=${name} `))) {
      const id = /^id=(\d+)/.exec(line)?.[1];
      if (id !== undefined) await client.client('KILL', 'ID', id);
    }
  });
  await unlessGone(work);
}
