import type { Context } from '../context.ts';
import { Problem } from '../domain/problem.ts';
import { statement } from '../sql/statement.ts';

const openSettlementsSql = statement('open-settlements');
const settleBatchSql = statement('settle-batch');
const reopenSettlementSql = statement('reopen-settlement');
const failSettlementSql = statement('fail-settlement');
const readSettlementsSql = statement('read-settlements');

/** A batch stays well within the statement timeout. */
const batchMax = 1000;
const failedRetrySeconds = 600;

export type SettlementStatus = 'RUNNING' | 'COMPLETED' | 'FAILED';

interface Totals {
  readonly paymentsCount: number;
  readonly paymentsKrw: number;
  readonly refundsCount: number;
  readonly refundsKrw: number;
}

export interface Settlement extends Totals {
  readonly settlementId: number;
  /** YYYY-MM-DD in the time zone */
  readonly date: string;
  readonly timeZone: string;
  readonly fromAt: Date;
  readonly toAt: Date;
  readonly status: SettlementStatus;
  readonly attempts: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly error: string | null;
  readonly byMethod: readonly (Totals & { readonly method: string })[];
}

export interface SettlementFilter {
  readonly settlementId?: number | undefined;
  readonly date?: string | undefined;
  readonly status?: SettlementStatus | undefined;
  readonly before?: string | undefined;
  readonly limit?: number;
}

/**
 * The daily close of sales: payments that succeeded on a day, less what was paid back on it. Each step is a transaction
 * that takes the day's row, so any number of processes may run it, and one that dies is gone on from by the next.
 */
export class Settlements {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Closes every finished day that is not closed yet. Returns how many days it completed itself. */
  async closeDue(): Promise<number> {
    const { config, db } = this.#context;
    const open = await db.query<{ settlementId: number }>(openSettlementsSql, [config.settlementTimeZone, config.settlementHour, failedRetrySeconds]);
    let completed = 0;
    for (const { settlementId } of open) if (await this.#close(settlementId)) completed++;
    return completed;
  }

  /** Makes a settlement anew from the payments as they are now. Throws 404; RUNNING when another process is at it. */
  async reprocess(settlementId: number): Promise<Settlement> {
    const [before] = await this.#context.db.query<{ status: SettlementStatus | null }>(reopenSettlementSql, [settlementId]);
    if (!before?.status) throw notFound();
    await this.#close(settlementId);
    return await this.one({ settlementId });
  }

  /** Throws 404 when there is none. */
  async one(filter: SettlementFilter): Promise<Settlement> {
    const [found] = await this.list({ ...filter, limit: 1 });
    if (!found) throw notFound();
    return found;
  }

  /** Newest day first. */
  list({ settlementId, date, status, before, limit = 20 }: SettlementFilter): Promise<Settlement[]> {
    return this.#context.db.query<Settlement>(readSettlementsSql, [settlementId ?? null, date ?? null, status ?? null, before ?? null, limit]);
  }

  /** Batch after batch until the day is complete, or another process has it. True when this one completed it. */
  async #close(settlementId: number): Promise<boolean> {
    const { db, metrics, log } = this.#context;
    for (;;) {
      try {
        const [step] = await db.query<{ status: SettlementStatus | 'BUSY'; completed: boolean }>(settleBatchSql, [settlementId, batchMax]);
        if (step?.status === 'RUNNING') continue;
        if (!step?.completed) return false;
        break;
      } catch (error) {
        // A database that is away is waited for; what it refuses would be refused again at once.
        if (!(error instanceof Problem) || error.status !== 500) throw error;
        const why = error.cause instanceof Error ? error.cause.message : error.message;
        const [failed] = await db.query(failSettlementSql, [settlementId, why]);
        if (failed) metrics.settlementRuns.inc({ result: 'failure' });
        log.error({ event: 'settlement.failed', settlementId, error: why }, 'a day could not be closed');
        return false;
      }
    }
    this.#tell(await this.one({ settlementId }));
    return true;
  }

  #tell({ settlementId, date, startedAt, finishedAt, paymentsKrw, refundsKrw, byMethod }: Settlement): void {
    const { metrics, log } = this.#context;
    metrics.settlementRuns.inc({ result: 'success' });
    metrics.settlementDuration.observe(((finishedAt ?? startedAt).getTime() - startedAt.getTime()) / 1000);
    metrics.settlementClosedAt.set(Date.now() / 1000);
    metrics.settlementAmount.reset();
    for (const total of byMethod) {
      metrics.settlementAmount.set({ method: total.method, kind: 'payment' }, total.paymentsKrw);
      metrics.settlementAmount.set({ method: total.method, kind: 'refund' }, total.refundsKrw);
    }
    log.info({ event: 'settlement.completed', settlementId, date, paymentsKrw, refundsKrw }, 'day closed');
  }
}

const notFound = (): Problem => new Problem(404, 'SETTLEMENT_NOT_FOUND', 'there is no such settlement');
