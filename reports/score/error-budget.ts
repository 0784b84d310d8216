import type { Measurements } from '../../harness/contracts/measurements.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import type { Verdict } from '../../harness/contracts/verdict.ts';
import { phaseSeconds } from './sample.ts';
import { thresholds } from './thresholds.ts';

const SECONDS_A_DAY = 86_400;

/**
 * What each fault costs of the error budget that the availability of S2 leaves a month (99.9 % over 30 days). Burn rate:
 * how many times faster than just allowed. A fault that burns more than 14.4 times is one that wakes somebody, more than
 * 6 times one that opens a ticket. Source: The Site Reliability Workbook, chapter 5, "Alerting on SLOs", table 5-8.
 */
export function errorBudget({ faults }: Pick<Plan, 'faults'>, measurements: Measurements | null): Verdict['errorBudget'] {
  const { availability, days, pageBurnRate, ticketBurnRate } = thresholds.errorBudget;
  return faults.flatMap(({ id }) => {
    const phase = `fault:${id}`;
    const row = measurements?.endpoints.find((each) => each.phase === phase && each.endpoint === '*');
    if (measurements === null || row === undefined || row.count === 0) return [];
    const burnRate = row.bad / row.count / (1 - availability);
    const burnt = (burnRate * phaseSeconds(measurements, phase)) / (days * SECONDS_A_DAY);
    return [{ fault: id, burnRate, burnt, alert: burnRate > pageBurnRate ? 'page' : burnRate > ticketBurnRate ? 'ticket' : 'none' } as const];
  });
}
