import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Finding, Findings } from '../contracts/findings.ts';
import { HistoryLine } from '../contracts/history.ts';
import type { Plan } from '../contracts/plan.ts';
import { artefacts } from '../contracts/run-folder.ts';
import { SCHEMA_VERSION } from '../contracts/run-header.ts';
import { TimelineEvent } from '../contracts/timeline.ts';
import { FaultWindows } from '../metrics/fault-windows.ts';
import { readNdjson } from '../store/ndjson.ts';
import { checkHistory } from './check-history.ts';
import { LedgerPass } from './check-ledger.ts';
import { type HistoryCounts, type LedgerCounts, noCoverage, OperationCounter } from './coverage.ts';
import { HistoryProblems, type Look, type Operation, reduceHistory } from './history.ts';
import { historyInvariants, ledgerInvariants } from './invariants/table.ts';
import { type Defect, LedgerFiles } from './ledger-files.ts';
import { Sorter } from './sorter.ts';
import { Spill } from './spill.ts';
import type { HistoryByUser } from './story.ts';

export interface AuditInput {
  readonly plan: Plan;
  readonly runDir: string;
}

/**
 * Joins what the users were told (history.ndjson) with what the ledgers say (ledger/*.ndjson). Reads only; memory is
 * bounded, what does not fit goes to a temporary folder. Throws nothing for broken files: they are defects, and the
 * invariants that needed them "unchecked", never green.
 */
export async function audit(input: AuditInput): Promise<Findings> {
  const { plan } = input;
  const stamp = { schemaVersion: SCHEMA_VERSION, runId: plan.runId };
  if (plan.audit === null) return { ...stamp, audited: false, findings: [], coverage: noCoverage, defects: [] };
  const timeline = readTimeline(input);
  const ledger = await auditLedger(input, timeline);
  const history = await auditHistory(input, timeline);
  const coverage = { ...history.counts, ...ledger.counts, historyComplete: history.defects.length === 0 };
  return { ...stamp, audited: true, findings: [...ledger.findings, ...history.findings], coverage, defects: [...history.defects, ...ledger.defects] };
}

/** One half of an audit. */
interface Half<Counts> {
  readonly findings: readonly Finding[];
  readonly counts: Counts;
  readonly defects: readonly Defect[];
}

/** What the ledger alone decides. */
async function auditLedger({ plan, runDir }: AuditInput, { windows, defects }: Timeline): Promise<Half<LedgerCounts>> {
  using spill = new Spill();
  const files = new LedgerFiles(runDir, plan.runId, spill);
  const faults = (): FaultWindows => {
    if (defects.length > 0) throw new Error(`${artefacts.timeline} ${defects.join('; ')}`);
    return windows;
  };
  const pass = new LedgerPass(ledgerInvariants, files, { plan, faults });
  for (const step of pass.steps()) await breath(step);
  return { findings: pass.findings(), counts: pass.counts(), defects: files.defects() };
}

/** What needs the history as well. The defects are those of the history. */
async function auditHistory({ plan, runDir }: AuditInput, { windows }: Timeline): Promise<Half<HistoryCounts>> {
  using spill = new Spill();
  const files = new LedgerFiles(runDir, plan.runId, spill);
  const counter = new OperationCounter(windows);
  const history = await breath(() => readHistory(plan, runDir, counter, spill));
  const findings = await breath(() => checkHistory(historyInvariants, history, files, plan));
  return { findings, counts: counter.counts(files), defects: history.defects };
}

/** Files are read without waiting, which is many times quicker; in between others have their turn. */
async function breath<T>(work: () => T): Promise<T> {
  await setImmediate();
  return work();
}

function readHistory(plan: Plan, runDir: string, counter: OperationCounter, spill: Spill): HistoryByUser & { defects: Defect[] } {
  const lines = readNdjson(join(runDir, artefacts.history), 'history', plan.runId, HistoryLine);
  const problems = new HistoryProblems();
  const byUser = new Sorter<Operation>(({ user }) => user, spill);
  const looksByUser = new Sorter<Look>(({ user }) => user, spill);
  for (const operation of reduceHistory(lines.rows(), problems, (look) => looksByUser.add(look))) {
    counter.see(operation);
    byUser.add(operation);
  }
  const defects = [...lines.defects, ...problems.sentences()].map((problem) => ({ artefact: artefacts.history, problem }));
  return { operations: byUser.rows(), looks: looksByUser.rows(), defects };
}

/** When faults held. A broken timeline is a defect of the measurements; here it only means that less is known of them. */
interface Timeline {
  readonly windows: FaultWindows;
  readonly defects: readonly string[];
}

function readTimeline({ plan, runDir }: AuditInput): Timeline {
  const windows = new FaultWindows();
  const { rows, defects } = readNdjson(join(runDir, artefacts.timeline), 'timeline', plan.runId, TimelineEvent);
  for (const event of rows()) windows.see(event);
  return { windows, defects };
}
