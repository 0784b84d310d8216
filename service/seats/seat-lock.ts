import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, Visit } from '../context.ts';
import { Problem } from '../domain/problem.ts';

/**
 * The lock in front of a seat: it keeps a crowd after one seat from queueing up in PostgreSQL. It is a filter only. With
 * Redis gone it is skipped, and the database decides alone, as it does in any case.
 */
export class SeatLock {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Runs `work` while holding the lock, or without it when Redis is gone. Throws 409 SEAT_BUSY when it never got free. */
  async with<T>(scheduleId: string, seatNo: number, visit: Visit, work: () => Promise<T>): Promise<T> {
    const { redis } = this.#context;
    const key = `lock:seat:${scheduleId}:${seatNo}`;
    const owner = randomUUID();
    const held = await this.#acquire(key, owner, visit);
    try {
      return await work();
    } finally {
      // A lock that is not released runs out by itself.
      if (held) await redis.deleteIfEquals(key, owner).catch(() => undefined);
    }
  }

  async #acquire(key: string, owner: string, visit: Visit): Promise<boolean> {
    const { redis, config, metrics, log } = this.#context;
    if (redis.isOpen) {
      visit.degraded.add('redis');
      metrics.dependencyErrors.inc({ dependency: 'redis' });
      return false;
    }
    metrics.lockAttempts.inc();
    const startedMs = performance.now();
    // The statement behind the lock needs its own time within the request's budget.
    const giveUpMs = Math.min(Date.now() + config.seatLockWaitMs, visit.deadlineMs - config.statementTimeoutMs);
    try {
      while (!(await redis.setIfFree(key, owner, config.seatLockTtlMs))) {
        if (Date.now() >= giveUpMs) {
          metrics.lockFailures.inc({ reason: 'timeout' });
          log.warn({ event: 'distributed_lock.acquisition_failed', key, waitMs: Math.round(performance.now() - startedMs) }, 'seat lock not free in time');
          throw new Problem(409, 'SEAT_BUSY', 'many are after this seat right now', { retryable: true });
        }
        await sleep(config.seatLockRetryMs);
      }
      metrics.lockWait.observe((performance.now() - startedMs) / 1000);
      return true;
    } catch (error) {
      if (error instanceof Problem) throw error;
      metrics.lockFailures.inc({ reason: 'redis' });
      visit.degraded.add('redis');
      return false;
    }
  }
}
