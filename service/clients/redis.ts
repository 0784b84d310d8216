import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics/metrics.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { createGuard, type Guard } from './breaker.ts';
import { gatherWrites } from './gather-writes.ts';

export interface RedisSettings {
  readonly url: string;
  readonly keyPrefix: string;
  /** Longest a command may take, ms. */
  readonly timeoutMs: number;
  readonly breakerResetMs: number;
}

type CommandName = 'get' | 'mget' | 'set' | 'del' | 'eval' | 'ping' | 'info';

/**
 * Redis as queue side, cache and lock pre-filter: never the authority, so it may fail at any time and must fail fast.
 * Every command rejects within the timeout, and at once while the breaker is open.
 */
export class RedisClient {
  readonly #client: Redis;
  readonly #guard: Guard;
  readonly #metrics: Metrics;
  readonly #tracing: Tracing;

  constructor(settings: RedisSettings, metrics: Metrics, log: Logger, tracing: Tracing) {
    this.#metrics = metrics;
    this.#tracing = tracing;
    this.#guard = createGuard('redis', settings.breakerResetMs, metrics);
    // Queued or resent commands would run twice, or take a lock after the caller gave up.
    this.#client = new Redis(settings.url, {
      keyPrefix: settings.keyPrefix,
      commandTimeout: settings.timeoutMs,
      socketTimeout: settings.timeoutMs * 2,
      connectTimeout: 300,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (attempt) => Math.min(50 * attempt, 500),
    });
    let lastError = '';
    this.#client.on('error', (error: Error) => {
      if (error.message !== lastError) log.warn({ event: 'redis.error', error: error.message }, 'redis connection failed');
      lastError = error.message;
    });
    this.#client.on('ready', () => {
      lastError = '';
    });
  }

  get(key: string): Promise<string | null> {
    return this.#run('get', () => this.#client.get(key));
  }

  getMany(keys: readonly string[]): Promise<(string | null)[]> {
    return this.#run('mget', () => this.#client.mget(...keys));
  }

  /** As it was stored, without turning it into text. */
  getBytes(key: string): Promise<Buffer | null> {
    return this.#run('get', () => this.#client.getBuffer(key));
  }

  /** Runs a Lua script: all of it, or nothing. */
  evaluate(script: string, keys: readonly string[], values: readonly (string | number | Buffer)[]): Promise<unknown> {
    return this.#run('eval', () => this.#client.eval(script, keys.length, ...keys, ...values));
  }

  async setFor(key: string, value: string, ttlMs: number): Promise<void> {
    await this.#run('set', () => this.#client.set(key, value, 'PX', ttlMs));
  }

  /** As `setFor`; what was there before, null when nothing was. */
  exchange(key: string, value: string, ttlMs: number): Promise<string | null> {
    return this.#run('set', () => this.#client.set(key, value, 'PX', ttlMs, 'GET'));
  }

  /** True when the key was free and is ours now. */
  async setIfFree(key: string, value: string, ttlMs: number): Promise<boolean> {
    return (await this.#run('set', () => this.#client.set(key, value, 'PX', ttlMs, 'NX'))) === 'OK';
  }

  async delete(...keys: string[]): Promise<void> {
    await this.#run('del', () => this.#client.del(...keys));
  }

  /** Deletes the key only if it still holds this value; whether it did. */
  async deleteIfEquals(key: string, value: string): Promise<boolean> {
    return (await this.#run('eval', () => this.#client.eval(deleteIfEqualsScript, 1, key, value))) === 1;
  }

  /** The truth right now, past the breaker; rejects when Redis does not answer in time. */
  async ping(): Promise<void> {
    this.#metrics.redisCommands.inc({ command: 'ping' });
    try {
      await this.#client.ping();
    } catch (error) {
      this.#metrics.dependencyErrors.inc({ dependency: 'redis' });
      throw error;
    }
  }

  /** Clients that Redis serves just now, this one and all others. */
  async connectedClients(): Promise<number> {
    const info = await this.#run('info', () => this.#client.info('clients'));
    return Number(/^connected_clients:(\d+)/m.exec(info)?.[1] ?? 0);
  }

  /** There is a connection; whether it still answers shows with the next command. */
  get isConnected(): boolean {
    return this.#client.status === 'ready';
  }

  get isOpen(): boolean {
    return this.#guard.isOpen;
  }

  close(): void {
    this.#guard.close();
    this.#client.disconnect();
  }

  #run<T>(command: CommandName, call: () => Promise<T>): Promise<T> {
    gatherWrites(this.#client.stream);
    return this.#guard.run(() =>
      this.#tracing.span(`redis ${command}`, 'client', { 'db.system.name': 'redis', 'db.operation.name': command }, async () => {
        this.#metrics.redisCommands.inc({ command });
        const startedMs = performance.now();
        try {
          return await call();
        } finally {
          this.#metrics.redisDuration.observe({ command }, (performance.now() - startedMs) / 1000);
        }
      }),
    );
  }
}

const deleteIfEqualsScript = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";
