import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { artefacts } from '../../harness/contracts/run-folder.ts';
import type { Findings } from '../../harness/contracts/findings.ts';
import { makePlan } from '../../harness/plan/make.ts';
import { runPlan } from '../../harness/run/run.ts';
import { projectRoot } from '../support/cli.ts';
import { plantMutant } from '../support/mutant.ts';

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'gatecrash-e2e-'));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

test('a service that trusts a lock in memory while Redis is down is caught: seat sold twice', async () => {
  using mutant = plantMutant('memory-lock-when-redis-down');
  const plan = await makePlan(resolve(projectRoot, 'chaos/experiments/smoke.yaml'), { seed: 7 });
  const { runDir, verdict } = await runPlan({ plan, outDir: out, signal: new AbortController().signal, report: () => {}, ...mutant });
  const { findings } = JSON.parse(readFileSync(join(runDir, artefacts.findings), 'utf8')) as Findings;
  expect(findings.find(({ id }) => id === 'seat-sold-twice')).toMatchObject({ status: 'broken' });
  expect(verdict).toMatchObject({ verdict: 'FAIL', exitCode: 1 });
});
