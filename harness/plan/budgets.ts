import { join } from 'node:path';
import { BudgetsFile, type Budget, type Limits } from '../contracts/budgets.ts';
import type { Objective, PhaseKind, Sla } from '../contracts/sla.ts';
import { projectRoot } from '../root.ts';
import { readYamlFile } from './yaml-file.ts';

export const budgetsPath = join(projectRoot, 'reports/budgets.yaml');

/** All budgets by name; throws a UsageError with every problem of the file. */
export const loadBudgets = (path: string = budgetsPath): BudgetsFile['budgets'] => readYamlFile(path, BudgetsFile).value.budgets;

/**
 * The objectives with the limits of a budget in the phases it is about. An objective of several phases becomes one for
 * each limit: its id then carries the phase.
 */
export function withBudget(sla: Sla, name: string, budget: Budget): Sla {
  const phases: readonly [PhaseKind, Limits | undefined][] = [
    ['fault', budget.fault],
    ['recovery', budget.recovery],
    ['whole', budget.whole],
  ];
  const objectives = phases.reduce<readonly Objective[]>((all, [phase, limits]) => all.flatMap((objective) => replaced(objective, phase, limits, `Degraded budget "${name}": ${budget.why}`)), sla.objectives);
  return { name: sla.name, objectives };
}

function replaced(objective: Objective, phase: PhaseKind, limits: Limits | undefined, source: string): Objective[] {
  const limit = objective.phases.includes(phase) && objective.endpoint === undefined ? limitFor(objective, limits) : undefined;
  if (limit === undefined) return [objective];
  const { below, atMost, above, atLeast, ...rest } = objective;
  const others = objective.phases.filter((other) => other !== phase);
  const own: Objective =
    limit === 'none'
      ? { ...objective, phases: [phase], gate: false, source }
      : { ...rest, phases: [phase], source, ...(atLeast !== undefined || above !== undefined ? { atLeast: limit } : below !== undefined ? { below: limit } : { atMost: limit }) };
  return others.length === 0 ? [own] : [{ ...objective, phases: others }, { ...own, id: `${objective.id}-${phase}` }];
}

function limitFor({ metric, quantile }: Objective, limits: Limits | undefined): number | 'none' | undefined {
  if (metric === 'availability') return limits?.availability;
  if (metric === 'errorRate') return limits?.errorRate;
  if (metric !== 'latencyMs') return undefined;
  return quantile === 0.95 ? limits?.p95Ms : quantile === 0.99 ? limits?.p99Ms : undefined;
}
