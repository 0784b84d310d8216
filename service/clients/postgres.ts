import pg from 'pg';
import type { Logger } from 'pino';
import { Problem, unavailable } from '../domain/problem.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Statement } from '../sql/statement.ts';

export interface PostgresSettings {
  readonly url: string;
  readonly applicationName: string;
  readonly connectionsMax: number;
  /** Longest wait for a free connection, ms. */
  readonly waitMs: number;
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
}

/** Whole numbers of 8 bytes as numbers: money in KRW and sequence numbers stay far below 2^53. */
const int8 = 20;
export const numericTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** Options every connection of the service has. A black hole is noticed by the client, a slow statement by the server. */
export function connectionOptions(settings: PostgresSettings): pg.ClientConfig {
  return {
    connectionString: settings.url,
    application_name: settings.applicationName,
    connectionTimeoutMillis: settings.waitMs,
    statement_timeout: settings.statementTimeoutMs,
    lock_timeout: settings.lockTimeoutMs,
    query_timeout: settings.statementTimeoutMs + 100,
    keepAlive: true,
    types: numericTypes,
  };
}

/** A bounded pool. Every rejection is a Problem that says whether trying again makes sense. */
export class Database {
  readonly #pool: pg.Pool;
  readonly #metrics: Metrics;

  constructor(settings: PostgresSettings, metrics: Metrics, log: Logger) {
    this.#metrics = metrics;
    this.#pool = new pg.Pool({ ...connectionOptions(settings), max: settings.connectionsMax, idleTimeoutMillis: 30_000 });
    // An idle connection that breaks has nobody waiting for it; unhandled, its error would end the process.
    this.#pool.on('error', (error) => log.warn({ event: 'postgres.idle_error', error: error.message }, 'idle database connection broke'));
  }

  /** Runs one prepared statement; the rows. */
  async query<R>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    try {
      const result = await this.#pool.query({ name: statement.name, text: statement.text, values: values as unknown[] });
      return result.rows as R[];
    } catch (error) {
      throw this.#problem(error);
    }
  }

  /** Figures of the pool at this moment. */
  get usage(): { active: number; idle: number; pending: number; max: number } {
    const { totalCount, idleCount, waitingCount, options } = this.#pool;
    return { active: totalCount - idleCount, idle: idleCount, pending: waitingCount, max: options.max };
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  #problem(error: unknown): Problem {
    const kind = failureOf(error);
    // The statement was rolled back: a definite "not now", and the database is well.
    if (kind === 'busy') return new Problem(409, 'BUSY', 'somebody else is changing the same thing right now', { retryable: true, cause: error });
    if (kind === 'bug') return new Problem(500, 'INTERNAL', 'unexpected answer of the database', { cause: error });
    this.#metrics.dependencyErrors.inc({ dependency: 'postgres' });
    if (kind === 'timeout') return unavailable('DATABASE_TIMEOUT', 'the database did not answer in time; the outcome is unknown', error);
    if (kind === 'no-connection') {
      this.#metrics.dbTimeouts.inc();
      return unavailable('POOL_EXHAUSTED', 'no database connection became free in time', error);
    }
    return unavailable('DATABASE_UNAVAILABLE', 'the database cannot be reached', error);
  }
}

type Failure = 'busy' | 'timeout' | 'no-connection' | 'down' | 'bug';

/** What an error of pg means; SQLSTATE classes of the PostgreSQL manual, appendix A. */
export function failureOf(error: unknown): Failure {
  const { code, message } = error as { code?: string; message?: string };
  if (code === '55P03' || code === '40P01' || code === '40001') return 'busy';
  if (code === '57014' || message === 'Query read timeout') return 'timeout';
  if (message === 'timeout exceeded when trying to connect') return 'no-connection';
  // Of five letters too, but not of the database: EPIPE and its like have no digit.
  if (code !== undefined && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) && !/^(08|53|57P|58|25006)/.test(code)) return 'bug';
  return 'down';
}
