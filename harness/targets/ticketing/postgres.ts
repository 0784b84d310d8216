import { Client } from 'pg';

/** One connection for the time of `use`; always closed. Statements longer than `statementTimeoutMs` fail. */
export async function withPostgres<T>(url: string, use: (client: Client) => Promise<T>, statementTimeoutMs = 60_000): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000, query_timeout: statementTimeoutMs, application_name: 'gatecrash' });
  // An error on an idle connection would otherwise end the process; the next query reports it.
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
