import { join } from 'node:path';
import { HistoryLine } from '../contracts/history.ts';
import type { Plan } from '../contracts/plan.ts';
import { artefacts } from '../contracts/run-folder.ts';
import { readNdjson } from '../store/ndjson.ts';
import { breath } from './breath.ts';
import { checkHistory } from './check-history.ts';
import { type HistoryCounts, OperationCounter } from './coverage.ts';
import { readFaultTimeline } from './fault-timeline.ts';
import type { AuditInput, Half } from './half.ts';
import { HistoryProblems, type Look, type Operation, reduceHistory } from './history.ts';
import { historyInvariants } from './invariants/table.ts';
import { type Defect, LedgerFiles } from './ledger-files.ts';
import { Sorter } from './sorter.ts';
import { Spill } from './spill.ts';
import type { HistoryByUser } from './story.ts';

/** What needs the history as well. The defects are those of the history. */
export async function auditHistory(input: AuditInput): Promise<Half<HistoryCounts>> {
  using spill = new Spill();
  const { plan, runDir } = input;
  const files = new LedgerFiles(runDir, plan.runId, spill);
  const counter = new OperationCounter(readFaultTimeline(input).windows);
  const history = await breath(() => readHistory(plan, runDir, counter, spill));
  const findings = await breath(() => checkHistory(historyInvariants, history, files, plan));
  return { findings, counts: counter.counts(files), defects: history.defects };
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
  return { operations: byUser.groups(), looks: looksByUser.groups(), defects };
}
