import { join } from 'node:path';
import { artefacts } from '../contracts/run-folder.ts';
import { TimelineEvent } from '../contracts/timeline.ts';
import { FaultWindows } from '../metrics/fault-windows.ts';
import { readNdjson } from '../store/ndjson.ts';
import type { AuditInput } from './half.ts';

/** When faults held. A broken timeline is a defect of the measurements; here it only means that less is known of them. */
export interface FaultTimeline {
  readonly windows: FaultWindows;
  readonly defects: readonly string[];
}

export function readFaultTimeline({ plan, runDir }: AuditInput): FaultTimeline {
  const windows = new FaultWindows();
  const { rows, defects } = readNdjson(join(runDir, artefacts.timeline), 'timeline', plan.runId, TimelineEvent);
  for (const event of rows()) windows.see(event);
  return { windows, defects };
}
