import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Plan } from '../../../harness/contracts/plan.ts';
import { measureRun } from '../../../harness/metrics/measure-run.ts';
import { RunFolder } from '../../support/run-folder.ts';

test('in a thread of its own it measures the same, of a broken run, too', async () => {
  using run = new RunFolder();
  const work = { plan: JSON.parse(readFileSync(join(run.dir, 'plan.json'), 'utf8')) as Plan, runDir: run.dir };
  const here = await measureRun(work, Number.POSITIVE_INFINITY);
  expect(here.endpoints.length).toBeGreaterThan(0);
  expect(JSON.stringify(await measureRun(work, 0))).toBe(JSON.stringify(here));
  rmSync(join(run.dir, 'resources.ndjson'));
  const broken = await measureRun(work, 0);
  expect(broken.defects).toContainEqual({ artefact: 'resources.ndjson', problem: 'is missing' });
  expect(JSON.stringify(broken)).toBe(JSON.stringify(await measureRun(work, Number.POSITIVE_INFINITY)));
});
