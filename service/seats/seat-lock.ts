import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, Visit } from '../context.ts';
import { LogLimit } from '../logging/log-limit.ts';
import { Problem } from '../domain/problem.ts';

/** A crowd after one seat retries a thousand times a second. */
const linesPerSecond = 10;

/**
 * The lock in front of a seat: it keeps a crowd after one seat from queueing up in PostgreSQL. It is a filter only. With
 * Redis gone it is skipped, and the database decides alone, as it does in any case.
 */
export class SeatLock {
  readonly #context: Context;
  readonly #limit = new LogLimit(linesPerSecond);

  constructor(context: Context) {
    this.#context = context;
  }

  /** Runs `work` while holding the lock, or without it when Redis is gone. Throws 409 SEAT_BUSY when it never got free. */
  async with<T>(scheduleId: string, seatNo: number, visit: Visit, work: () => Promise<T>): Promise<T> {
    const key = `lock:seat:${scheduleId}:${seatNo}`;
    const owner = randomUUID();
    const held = await this.#acquire(key, owner, visit);
    try {
      return await work();
    } finally {
      if (held) await this.#release(key, owner);
    }
  }

  /** A lock that is not released runs out by itself. */
  async #release(key: string, owner: string): Promise<void> {
    const { redis, metrics, log } = this.#context;
    const result = await redis.deleteIfEquals(key, owner).then((ours) => (ours ? 'released' : 'lost'), () => 'redis' as const);
    metrics.lockReleases.inc({ result });
    log.debug({ event: 'distributed_lock.released', key, result }, 'seat lock given back');
  }

  async #acquire(key: string, owner: string, visit: Visit): Promise<boolean> {
    const { redis, config, metrics, log } = this.#context;
    if (redis.isOpen) {
      visit.degraded.add('redis');
      metrics.dependencyErrors.inc({ dependency: 'redis' });
      return false;
    }
    metrics.lockAttempts.inc();
    let retried = false;
    const startedMs = performance.now();
    // The statement behind the lock needs its own time within the request's budget.
    const giveUpMs = Math.min(Date.now() + config.seatLockWaitMs, visit.deadlineMs - config.statementTimeoutMs);
    try {
      while (!(await redis.setIfFree(key, owner, config.seatLockTtlMs))) {
        if (Date.now() >= giveUpMs) {
          metrics.lockFailures.inc({ reason: 'timeout' });
          this.#warn({ event: 'distributed_lock.acquisition_failed', key, waitMs: Math.round(performance.now() - startedMs) }, 'seat lock not free in time');
          throw new Problem(409, 'SEAT_BUSY', 'many are after this seat right now', { retryable: true });
        }
        if (!retried) this.#warn({ event: 'distributed_lock.retry', key }, 'seat lock taken by somebody else; trying again');
        retried = true;
        await sleep(config.seatLockRetryMs);
      }
      const waitMs = performance.now() - startedMs;
      metrics.lockWait.observe(waitMs / 1000);
      log.debug({ event: 'distributed_lock.acquired', key, waitMs: Math.round(waitMs) }, 'seat lock taken');
      return true;
    } catch (error) {
      if (error instanceof Problem) throw error;
      metrics.lockFailures.inc({ reason: 'redis' });
      log.debug({ event: 'distributed_lock.acquisition_failed', key, error: String(error) }, 'Redis did not answer; going on without the lock');
      visit.degraded.add('redis');
      return false;
    }
  }

  #warn(fields: { readonly event: string; readonly key: string; readonly waitMs?: number }, text: string): void {
    const suppressed = this.#limit.take();
    if (suppressed !== undefined) this.#context.log.warn({ ...fields, suppressed }, text);
  }
}
