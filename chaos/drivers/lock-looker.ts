import pg from 'pg';

const OPTIONS = { connectionTimeoutMillis: 2000, query_timeout: 2000, application_name: 'gatecrash-held-moment' } as const;

/** A session of our own that can lock, and see who waits for the lock of another. Its end gives everything free. */
export interface LockLooker extends AsyncDisposable {
  readonly client: pg.Client;
  /** its process in the server */
  readonly pid: number;
  /** Whether a statement with this text waits for a lock of the holder. */
  waitingFor(holder: LockLooker, text: string): Promise<boolean>;
  /** Ends the sessions that wait for the holder: what they had asked for is not carried out. */
  endWaiting(holder: LockLooker): Promise<void>;
}

export async function lookerAt(connectionString: string): Promise<LockLooker> {
  const client = new pg.Client({ ...OPTIONS, connectionString });
  client.on('error', () => undefined); // Its next query says so.
  await client.connect();
  const { rows: [own] } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return {
    client,
    pid: own?.pid ?? 0,
    async waitingFor(holder, text) {
      const { rows } = await client.query('SELECT 1 FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid)) AND strpos(query, $2) > 0', [holder.pid, text]);
      return rows.length > 0;
    },
    async endWaiting(holder) {
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))', [holder.pid]);
    },
    [Symbol.asyncDispose]: () => client.end().catch(() => undefined),
  };
}
