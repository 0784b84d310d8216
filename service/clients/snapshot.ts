import pg from 'pg';
import { Problem, unavailable } from '../domain/problem.ts';
import type { Statement } from '../sql/statement.ts';
import { connectionOptions, failureOf, type PostgresSettings } from './postgres.ts';

/**
 * Reads on a connection of its own, all of one moment, and changes nothing. `budgetMs` bounds all of them together.
 * Throws a 503 Problem when the database is away or the time is up.
 */
export async function inSnapshot<T>(settings: PostgresSettings, budgetMs: number, read: (query: <R>(statement: Statement) => Promise<R[]>) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...connectionOptions({ ...settings, statementTimeoutMs: budgetMs }), statement_timeout: false });
  client.on('error', () => undefined);
  const deadlineMs = Date.now() + budgetMs;
  try {
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await read(async <R>({ text }: Statement) => {
      await client.query(`SET LOCAL statement_timeout = ${Math.max(1, deadlineMs - Date.now())}`);
      return (await client.query(text)).rows as R[];
    });
  } catch (error) {
    if (failureOf(error) === 'bug') throw new Problem(500, 'INTERNAL', 'unexpected answer of the database', { cause: error });
    throw unavailable('DATABASE_UNAVAILABLE', 'the database cannot be reached, or was too slow', error);
  } finally {
    client.end().catch(() => undefined);
  }
}
