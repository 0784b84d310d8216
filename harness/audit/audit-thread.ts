import { parentPort, workerData } from 'node:worker_threads';
import { auditHistory } from './audit-history.ts';
import { auditLedger } from './audit-ledger.ts';
import type { AuditInput } from './half.ts';

const halves = { ledger: auditLedger, history: auditHistory };

/** What a thread of an audit is to do. */
export interface ThreadWork {
  readonly half: keyof typeof halves;
  readonly input: AuditInput;
}

const { half, input } = workerData as ThreadWork;
parentPort?.postMessage(await halves[half](input));
