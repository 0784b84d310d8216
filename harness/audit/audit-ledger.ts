import { artefacts } from '../contracts/run-folder.ts';
import type { FaultWindows } from '../metrics/fault-windows.ts';
import { breath } from './breath.ts';
import { LedgerPass } from './check-ledger.ts';
import type { LedgerCounts } from './coverage.ts';
import { readFaultTimeline } from './fault-timeline.ts';
import type { AuditInput, Half } from './half.ts';
import { ledgerInvariants } from './invariants/table.ts';
import { LedgerFiles } from './ledger-files.ts';
import { Spill } from './spill.ts';

/** What the ledger alone decides. */
export async function auditLedger(input: AuditInput): Promise<Half<LedgerCounts>> {
  using spill = new Spill();
  const { windows, defects } = readFaultTimeline(input);
  const faults = (): FaultWindows => {
    if (defects.length > 0) throw new Error(`${artefacts.timeline} ${defects.join('; ')}`);
    return windows;
  };
  const files = new LedgerFiles(input.runDir, input.plan.runId, spill);
  const pass = new LedgerPass(ledgerInvariants, files, { plan: input.plan, faults });
  for (const step of pass.steps()) await breath(step);
  return { findings: pass.findings(), counts: pass.counts(), defects: files.defects() };
}
