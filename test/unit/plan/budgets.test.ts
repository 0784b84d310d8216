import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { Budget } from '../../../harness/contracts/budgets.ts';
import { loadBudgets, withBudget } from '../../../harness/plan/budgets.ts';
import { loadSla } from '../../../harness/plan/sla.ts';

const sla = loadSla(join(resolve(import.meta.dirname, '../../..'), 'reports/sla.yaml'));
const budget: Budget = { why: 'The authority is gone, so nothing can be sold.', fault: { availability: 'none', p95Ms: 2500 }, whole: { availability: 0.5, errorRate: 0.5, p99Ms: 3000 } };
const objective = (id: string) => withBudget(sla, 'database-gone', budget).objectives.find((each) => each.id === id);

test('the budgets of the project are valid', () => {
  expect(Object.keys(loadBudgets())).toContain('database-gone');
});

test('a budget replaces the limit in the phase it is about, and says why', () => {
  expect(objective('degraded-latency-p95')).toMatchObject({ atMost: 2500, gate: true, source: expect.stringContaining('nothing can be sold') as string });
  expect(objective('availability-whole')).toMatchObject({ atLeast: 0.5, phases: ['whole'] });
});

test('what is not promised is shown, and does not decide', () => {
  expect(objective('degraded-availability')).toMatchObject({ gate: false });
});

test('an objective of several phases keeps its limit in the others', () => {
  expect(objective('error-rate')).toMatchObject({ below: 0.01, phases: ['steady', 'recovery'] });
  expect(objective('error-rate-whole')).toMatchObject({ below: 0.5, phases: ['whole'] });
  expect(objective('latency-p95')).toMatchObject({ below: 500, phases: ['steady', 'recovery', 'whole'] });
});

test('what must be exactly right has no budget', () => {
  for (const id of ['double-sales', 'delivery']) expect(objective(id)).toEqual(sla.objectives.find((each) => each.id === id));
});
