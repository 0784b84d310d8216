import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allMutants } from '../support/mutant.ts';
import { runMutants } from '../support/mutant-campaign.ts';

/** Stand for the others; all of them are `npm run mutants`. */
const sample = ['check-then-act', 'hold-never-expires', 'memory-lock-when-redis-down', 'payment-without-key-check', 'token-reusable-after-payment'];

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'gatecrash-e2e-'));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

test('planted defects are caught, each by what is to catch it', { timeout: 600_000 }, async () => {
  const mutants = allMutants().filter(({ id }) => sample.includes(id));
  const rows = await runMutants({ mutants, healthyFirst: false, outDir: out, signal: new AbortController().signal, report: () => {} });
  const caught = rows.map(({ part, mutant, found }) => [part.name, { verdict: part.verdict, found: found.filter((id) => id === mutant?.finding) }] as const);
  expect(Object.fromEntries(caught)).toEqual(Object.fromEntries(mutants.map(({ id, finding }) => [id, { verdict: 'FAIL', found: [finding] }])));
});
