import { Client } from 'pg';
import { untilSeen } from './deadline.ts';

const CONNECT_TIMEOUT_MS = 3000;
const STATEMENT_TIMEOUT_MS = 10_000;
const END_WITHIN_MS = 5000;
/** The server, or the database, is not there: nor is any session. 57P01: it is being shut down. */
const GONE = new Set(['ECONNREFUSED', '3D000', '57P01', '57P03']);

/**
 * Opens a session of our own under this name and runs the statements in it, in one transaction that stays open: what
 * they lock is locked until the session ends. It ends by `endSessions`, or with the process that opened it.
 */
export async function holdSession(url: string, applicationName: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url, application_name: applicationName, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, statement_timeout: STATEMENT_TIMEOUT_MS });
  client.on('error', () => undefined); // That it is ended is the plan.
  await client.connect();
  try {
    for (const statement of ['SET idle_in_transaction_session_timeout = 0', 'BEGIN', ...statements]) await client.query(statement);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** Ends every session of that name and waits until they are gone. Idempotent; no error when there is no server any more. */
export function endSessions(url: string, applicationName: string): Promise<void> {
  return unlessGone(url, async (client) => {
    await untilSeen({ what: `the end of all sessions of ${applicationName}`, withinMs: END_WITHIN_MS, pauseMs: 50 }, async () => {
      const { rowCount } = await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [applicationName]);
      return rowCount === 0;
    });
  });
}

/** Executes a statement over a connection of its own. No error when there is no server any more. */
export const executeSql = (url: string, statement: string): Promise<void> => unlessGone(url, async (client) => void (await client.query(statement)));

async function unlessGone(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url, application_name: 'gatecrash-fault', connectionTimeoutMillis: CONNECT_TIMEOUT_MS, query_timeout: STATEMENT_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } catch (error) {
    if (!GONE.has((error as { code?: string }).code ?? '')) throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Opens so many sessions of our own that run the statement again and again, each as soon as it has ended. They end by `endSessions`, or with the process that opened them. */
export async function repeatInSessions(url: string, applicationName: string, sessions: number, statement: string): Promise<void> {
  const clients = Array.from({ length: sessions }, () => new Client({ connectionString: url, application_name: applicationName, connectionTimeoutMillis: CONNECT_TIMEOUT_MS }));
  for (const client of clients) {
    client.on('error', () => undefined); // That it is ended is the plan.
    await client.connect();
  }
  const repeat = async (client: Client): Promise<void> => {
    for (;;) await client.query(statement);
  };
  for (const client of clients) repeat(client).catch(() => client.end().catch(() => undefined));
}
