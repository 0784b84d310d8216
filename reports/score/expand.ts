import type { Plan } from '../../harness/contracts/plan.ts';
import type { Objective } from '../../harness/contracts/sla.ts';
import { metricInfo } from './units.ts';

/** One objective in one phase: "steady", "recovery", "whole" or "fault:<id>". */
export interface Expanded {
  readonly objective: Objective;
  readonly phase: string;
}

/**
 * Every objective in every phase it is judged in. Census metrics are judged once, over the whole run, event metrics once
 * for each fault. A run without faults has neither fault nor recovery phases.
 */
export function expandObjectives(plan: Pick<Plan, 'sla' | 'faults'>): Expanded[] {
  const faultPhases = plan.faults.map((fault) => `fault:${fault.id}`);
  return plan.sla.objectives.flatMap((objective) => phasesOf(objective, faultPhases).map((phase) => ({ objective, phase })));
}

function phasesOf(objective: Objective, faultPhases: readonly string[]): readonly string[] {
  switch (metricInfo(objective.metric).kind) {
    case 'census':
      return ['whole'];
    case 'event':
      return faultPhases;
    case 'sampled':
      return [...new Set(objective.phases)].flatMap((phase) => {
        if (phase === 'fault') return faultPhases;
        return phase === 'recovery' && faultPhases.length === 0 ? [] : [phase];
      });
  }
}
