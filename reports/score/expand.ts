import type { Plan, PlannedFault } from '../../harness/contracts/plan.ts';
import type { Objective } from '../../harness/contracts/sla.ts';
import { metricInfo } from './units.ts';

/** One objective in one phase: "steady", "recovery", "whole" or "fault:<id>". */
export interface Expanded {
  readonly objective: Objective;
  readonly phase: string;
}

/**
 * Every objective in every phase it is judged in. Census metrics are judged once, over the whole run, event metrics once
 * for each fault that is to be detected, or recovered from. A run without faults has neither fault nor recovery phases.
 */
export function expandObjectives(plan: Pick<Plan, 'sla' | 'faults'>): Expanded[] {
  return plan.sla.objectives.flatMap((objective) => phasesOf(objective, plan.faults).map((phase) => ({ objective, phase })));
}

const phaseOf = ({ id }: PlannedFault): string => `fault:${id}`;

function phasesOf(objective: Objective, faults: readonly PlannedFault[]): readonly string[] {
  const faultPhases = faults.map(phaseOf);
  switch (metricInfo(objective.metric).kind) {
    case 'census':
      return ['whole'];
    case 'event':
      return faults.filter(({ detects, recovers }) => (objective.metric === 'detectionSeconds' ? detects : recovers)).map(phaseOf);
    case 'sampled':
      return [...new Set(objective.phases)].flatMap((phase) => {
        if (phase === 'fault') return faultPhases;
        return phase === 'recovery' && faultPhases.length === 0 ? [] : [phase];
      });
  }
}
