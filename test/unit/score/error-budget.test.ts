import { expect, it } from 'vitest';
import { errorBudget } from '../../../reports/score/error-budget.ts';
import { fixtureMeasurements, fixturePlan, measurementsWith } from '../../support/fixtures.ts';

const spent = (bad: number) => errorBudget(fixturePlan(), measurementsWith('fault:redis-down', { count: 1000, bad }))[0];

it('an outage of 43.2 minutes is the budget of 99.9 % over 30 days', () => {
  const measurements = measurementsWith('fault:redis-down', { count: 1000, bad: 1000 });
  const phases = measurements.phases.map((phase) => (phase.id === 'fault:redis-down' ? { ...phase, endMs: phase.startMs + 43.2 * 60_000 } : phase));
  const [outage] = errorBudget(fixturePlan(), { ...measurements, phases });
  expect(outage?.burnt).toBeCloseTo(1, 10);
  expect(outage?.burnRate).toBeCloseTo(1000, 6);
});

it('what burns 14.4 times too fast wakes somebody, 6 times opens a ticket', () => {
  expect([0, 6, 7, 14, 15].map((bad) => spent(bad)?.alert)).toEqual(['none', 'none', 'ticket', 'ticket', 'page']);
});

it('nothing is said of a fault without a request in it, nor without measurements', () => {
  const { endpoints, ...rest } = fixtureMeasurements();
  expect(errorBudget(fixturePlan(), { ...rest, endpoints: endpoints.filter(({ phase }) => phase !== 'fault:redis-down') })).toEqual([]);
  expect(errorBudget(fixturePlan(), null)).toEqual([]);
});
