import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Findings } from '../contracts/findings.ts';
import { artefacts } from '../contracts/run-folder.ts';
import { SCHEMA_VERSION } from '../contracts/run-header.ts';
import { inThread } from '../store/thread.ts';
import { auditHistory } from './audit-history.ts';
import { auditLedger } from './audit-ledger.ts';
import type { ThreadWork } from './audit-thread.ts';
import { type HistoryCounts, type LedgerCounts, noCoverage } from './coverage.ts';
import type { AuditInput, Half } from './half.ts';

/** Threads take 0.2 s to start: for a history of fewer bytes they are not worth it. */
const THREADS_FROM_BYTES = 1 << 24;

/**
 * Joins what the users were told (history.ndjson) with what the ledgers say (ledger/*.ndjson). Reads only; memory is
 * bounded, what does not fit goes to a temporary folder. Throws nothing for broken files: they are defects, and the
 * invariants that needed them "unchecked", never green. From `threadsFromBytes` of history on each half has a thread.
 */
export async function audit({ plan, runDir }: AuditInput, threadsFromBytes = THREADS_FROM_BYTES): Promise<Findings> {
  const stamp = { schemaVersion: SCHEMA_VERSION, runId: plan.runId };
  if (plan.audit === null) return { ...stamp, audited: false, findings: [], coverage: noCoverage, defects: [] };
  const historyBytes = statSync(join(runDir, artefacts.history), { throwIfNoEntry: false })?.size ?? 0;
  const { ledger, history } = await (historyBytes < threadsFromBytes ? here : inThreads)({ plan, runDir });
  const coverage = { ...history.counts, ...ledger.counts, historyComplete: history.defects.length === 0 };
  return { ...stamp, audited: true, findings: [...ledger.findings, ...history.findings], coverage, defects: [...history.defects, ...ledger.defects] };
}

interface Halves {
  readonly ledger: Half<LedgerCounts>;
  readonly history: Half<HistoryCounts>;
}

const here = async (input: AuditInput): Promise<Halves> => ({ ledger: await auditLedger(input), history: await auditHistory(input) });

/** A half whose thread failed, at its limit for one, is audited here, where there is none. */
async function inThreads(input: AuditInput): Promise<Halves> {
  const [ledger, history] = await Promise.allSettled([halfInThread<LedgerCounts>({ half: 'ledger', input }), halfInThread<HistoryCounts>({ half: 'history', input })]);
  return {
    ledger: ledger.status === 'fulfilled' ? ledger.value : await auditLedger(input),
    history: history.status === 'fulfilled' ? history.value : await auditHistory(input),
  };
}

const halfInThread = <Counts>(work: ThreadWork): Promise<Half<Counts>> => inThread(new URL('./audit-thread.ts', import.meta.url), work);
