import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { LedgerName, LedgerRow } from '../../contracts/ledger.ts';
import { artefacts } from '../../contracts/run-folder.ts';
import type { DatasetFile } from '../../contracts/stack.ts';
import type { Stack } from '../../stack/api.ts';
import { NdjsonWriter } from '../../store/ndjson.ts';
import { readBrokerLedger } from './broker-ledger.ts';
import { readGatewayLedger } from './gateway-ledger.ts';
import { ledgerSql, snapshotSql, type TableLedger } from './ledger-sql.ts';
import { withPostgres } from './postgres.ts';

const FETCH_ROWS = 5000;
const BROKER_DEADLINE_MS = 60_000;

export interface ExportOptions {
  readonly stack: Stack;
  readonly dataset: DatasetFile;
  readonly runDir: string;
  readonly runId: string;
}

/**
 * Writes ledger/*.ndjson: the final state of every place that keeps the truth. PostgreSQL is read in one snapshot over
 * one connection, `FETCH_ROWS` rows at a time; broker and gateway are read after it, so that whatever the database
 * committed has had its chance there. Throws with the name of the ledger that could not be read, or written; the files
 * of those before it stay, and the audit reports the others as missing.
 */
export async function exportLedger({ stack, dataset, runDir, runId }: ExportOptions): Promise<void> {
  await mkdir(join(runDir, artefacts.ledger), { recursive: true });
  const write = <N extends LedgerName>(name: N, rows: Iterable<LedgerRow<N>> | AsyncIterable<LedgerRow<N>>): Promise<void> => writeLedger(runDir, runId, name, rows);
  await withPostgres(stack.urls.postgresDirect(dataset.database), (client) => exportTables(client, write));
  const gateway = await readGatewayLedger(stack.urls.gatewayDirect);
  await write('gateway', gateway.charges);
  await write('gatewayRefunds', gateway.refunds);
  await write('broker', await readBrokerLedger(stack.urls.kafkaBrokers, dataset.topicPrefix, BROKER_DEADLINE_MS));
}

type Write = <N extends LedgerName>(name: N, rows: Iterable<LedgerRow<N>> | AsyncIterable<LedgerRow<N>>) => Promise<void>;

/** All tables as they were at one instant. */
export async function exportTables(client: Client, write: Write): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // The first statement takes the snapshot: what it calls "now" is when all the others look at the tables.
  const snapshot = await client.query<LedgerRow<'snapshot'>>(snapshotSql);
  await write('snapshot', snapshot.rows);
  for (const [name, sql] of Object.entries(ledgerSql) as [TableLedger, string][]) await write(name, cursor(client, name, sql) as AsyncIterable<never>);
  await client.query('COMMIT');
}

async function* cursor<Row extends object>(client: Client, name: string, sql: string): AsyncGenerator<Row> {
  await client.query(`DECLARE ledger_${name} NO SCROLL CURSOR FOR ${sql}`);
  while (true) {
    const { rows } = await client.query<Row>(`FETCH ${FETCH_ROWS} FROM ledger_${name}`);
    yield* rows;
    if (rows.length < FETCH_ROWS) break;
  }
  await client.query(`CLOSE ledger_${name}`);
}

async function writeLedger<N extends LedgerName>(runDir: string, runId: string, name: N, rows: Iterable<LedgerRow<N>> | AsyncIterable<LedgerRow<N>>): Promise<void> {
  const artefact = `${artefacts.ledger}/${name}`;
  const path = join(runDir, `${artefact}.ndjson`);
  const writer = new NdjsonWriter<LedgerRow<N>>(path, artefact, runId);
  try {
    for await (const row of rows) writer.write(row);
    writer.close();
  } catch (error) {
    // A ledger without its last rows looks like one in which they never came to be.
    await rm(path, { force: true });
    throw new Error(`${artefact}: ${(error as Error).message}`, { cause: error });
  }
}
