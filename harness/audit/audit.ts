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
import { checkHistory, checkLedger } from './check.ts';
import { countLedger, noCoverage, OperationCounter } from './coverage.ts';
import { HistoryProblems, type Look, type Operation, reduceHistory } from './history.ts';
import { historyInvariants, ledgerInvariants } from './invariants/table.ts';
import { type Defect, LedgerFiles } from './ledger-reader.ts';
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
export async function audit({ plan, runDir }: AuditInput): Promise<Findings> {
  const stamp = { schemaVersion: SCHEMA_VERSION, runId: plan.runId };
  if (plan.audit === null) return { ...stamp, audited: false, findings: [], coverage: noCoverage, defects: [] };

  using spill = new Spill();
  const files = new LedgerFiles(runDir, plan.runId, spill);
  const findings: Finding[] = [];
  for (const invariant of ledgerInvariants) findings.push(await breath(() => checkLedger(invariant, files, plan)));

  const counter = new OperationCounter(faultWindows(plan, runDir));
  const history = await breath(() => readHistory(plan, runDir, counter, spill));
  findings.push(...(await breath(() => checkHistory(historyInvariants, history, files, plan))));

  const ledgerCounts = countLedger(files);
  const coverage = { ...counter.counts(files), ...ledgerCounts, historyComplete: history.defects.length === 0 };
  return { ...stamp, audited: true, findings, coverage, defects: [...history.defects, ...files.defects()] };
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

/** A broken timeline is a defect of the measurements; here it only means fewer payments counted as inside a fault. */
function faultWindows(plan: Plan, runDir: string): FaultWindows {
  const windows = new FaultWindows();
  for (const event of readNdjson(join(runDir, artefacts.timeline), 'timeline', plan.runId, TimelineEvent).rows()) windows.see(event);
  return windows;
}
