import { durationMs } from '../harness/contracts/duration.ts';
import type { Experiment } from '../harness/contracts/experiment.ts';
import type { PlannedFault } from '../harness/contracts/plan.ts';
import { faultKinds } from './faults/index.ts';

/** The faults of an experiment in the order in which they will be applied. Pure; the experiment has been checked. */
export function planFaults(experiment: Experiment): PlannedFault[] {
  return experiment.faults
    .map((fault) => ({
      id: fault.id,
      kind: fault.kind,
      target: fault.target,
      promise: faultKinds.get(fault.kind)?.promise ?? '',
      atMs: durationMs(fault.at),
      durationMs: durationMs(fault.duration),
      ...(fault.runbook === undefined ? {} : { runbook: fault.runbook }),
      params: fault.params ?? {},
    }))
    .toSorted((a, b) => a.atMs - b.atMs || a.id.localeCompare(b.id));
}
