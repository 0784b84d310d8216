import pg from 'pg';
import type { Logger } from 'pino';
import { Problem, unavailable } from '../domain/problem.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { remainingMs } from '../request-scope.ts';
import type { Statement } from '../sql/statement.ts';
import type { Tracing } from '../tracing/tracing.ts';

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

/**
 * A bounded pool. Every rejection is a Problem that says whether trying again makes sense. Nothing is begun for a request
 * that is answered or whose caller has gone, and none waits longer for a connection than it has time.
 */
export class Database {
  readonly #waitMs: number;
  readonly #pool: pg.Pool;
  readonly #metrics: Metrics;
  readonly #tracing: Tracing;

  constructor(settings: PostgresSettings, metrics: Metrics, log: Logger, tracing: Tracing) {
    this.#waitMs = settings.waitMs;
    this.#metrics = metrics;
    this.#tracing = tracing;
    this.#pool = new pg.Pool({ ...connectionOptions(settings), max: settings.connectionsMax, idleTimeoutMillis: 30_000 });
    // An idle connection that breaks has nobody waiting for it; unhandled, its error would end the process.
    this.#pool.on('error', (error) => log.warn({ event: 'postgres.idle_error', error: error.message }, 'idle database connection broke'));
    // And one that breaks while it is in use tells its query; the event alone must not end the process either.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** Runs one prepared statement; the rows. */
  query<R>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    return this.#tracing.span(statement.name, 'client', { 'db.system.name': 'postgresql', 'db.query.summary': statement.name }, () => this.#query<R>(statement, values));
  }

  async #query<R>({ name, text }: Statement, values: readonly unknown[]): Promise<R[]> {
    const client = await this.#acquire();
    const startedMs = performance.now();
    let broken = false;
    try {
      const { rows } = await client.query<R & pg.QueryResultRow>({ name, text, values: values as unknown[] });
      return rows;
    } catch (error) {
      // After anything but an answer the connection is in an unknown state: the next one to get it would read our rows.
      broken = !(error instanceof pg.DatabaseError && error.severity === 'ERROR');
      throw this.#problem(error);
    } finally {
      client.release(broken);
      this.#metrics.dbQuery.observe({ statement: name }, (performance.now() - startedMs) / 1000);
    }
  }

  async #acquire(): Promise<pg.PoolClient> {
    if (remainingMs() === 0) throw notBegun();
    const startedMs = performance.now();
    let client: pg.PoolClient;
    try {
      client = await this.#connect(remainingMs());
    } catch (error) {
      throw this.#problem(error);
    } finally {
      this.#metrics.dbAcquire.observe((performance.now() - startedMs) / 1000);
    }
    if (remainingMs() > 0) return client;
    client.release();
    throw notBegun();
  }

  /** A connection that comes after its request gave up goes straight back. */
  #connect(withinMs: number): Promise<pg.PoolClient> {
    if (withinMs >= this.#waitMs) return this.#pool.connect();
    return new Promise((resolve, reject) => {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        reject(new Error(noConnection));
      }, withinMs);
      this.#pool.connect().then(
        (client) => {
          clearTimeout(timer);
          if (late) client.release();
          else resolve(client);
        },
        (error: Error) => {
          clearTimeout(timer);
          reject(error);
        },
      );
    });
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

/** As pg-pool says it. */
const noConnection = 'timeout exceeded when trying to connect';

const notBegun = (): Problem => unavailable('REQUEST_TIMEOUT', 'the time budget was used up before this could begin');

type Failure = 'busy' | 'timeout' | 'no-connection' | 'down' | 'bug';

/** What an error of pg means; SQLSTATE classes of the PostgreSQL manual, appendix A. */
export function failureOf(error: unknown): Failure {
  const { code, message } = error as { code?: string; message?: string };
  if (code === '55P03' || code === '40P01' || code === '40001') return 'busy';
  if (code === '57014' || message === 'Query read timeout') return 'timeout';
  if (message === noConnection) return 'no-connection';
  // Of five letters too, but not of the database: EPIPE and its like have no digit.
  if (code !== undefined && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) && !/^(08|53|57P|58|25006)/.test(code)) return 'bug';
  return 'down';
}
