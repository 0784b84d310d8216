import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

/** Any number will do, as long as every migrator takes the same one. */
const migrationLock = 7_302_411;
const folder = new URL('./migrations/', import.meta.url);

/**
 * Applies the numbered files of migrations/ that this database has not seen, in order, each in its own transaction.
 * Forward only; run again, or by two at once, it changes nothing more. Returns the names that were applied.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await client.query('CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())');
    const { rows } = await client.query<{ name: string }>('SELECT name FROM schema_migrations');
    const seen = new Set(rows.map((row) => row.name));
    const pending = (await readdir(folder)).filter((name) => /^\d{3}-.*\.sql$/.test(name) && !seen.has(name)).sort();
    for (const name of pending) await apply(client, name);
    return pending;
  } finally {
    await client.end();
  }
}

async function apply(client: pg.Client, name: string): Promise<void> {
  const sql = await readFile(new URL(name, folder), 'utf8');
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query('INSERT INTO schema_migrations (name) VALUES ($1)', [name]);
    await client.query('COMMIT');
  } catch (error) {
    throw new Error(`migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

if (import.meta.main) {
  const databaseUrl = process.env['DATABASE_URL'];
  if (!databaseUrl) {
    process.stderr.write('DATABASE_URL is not set (postgresql://user@host:port/database)\n');
    process.exit(64);
  }
  try {
    const applied = await migrate(databaseUrl);
    process.stdout.write(applied.length === 0 ? 'nothing to migrate\n' : `applied ${applied.join(', ')}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(70);
  }
}
