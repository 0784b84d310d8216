import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderJunit } from '../../../reports/ci/junit.ts';
import { renderSummary } from '../../../reports/ci/summary.ts';
import { renderHtml } from '../../../reports/html/page.ts';
import { bareRun, failRun, inconclusiveRun, invalidRun, passRun } from './runs.ts';

const folder = join(import.meta.dirname, '../../golden');

/** UPDATE_GOLDEN=1 writes the files; look at the difference before committing it. */
function expectGolden(name: string, actual: string): void {
  const file = join(folder, name);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, actual);
  if (!existsSync(file)) throw new Error(`test/golden/${name} is missing: run again with UPDATE_GOLDEN=1`);
  if (readFileSync(file, 'utf8') !== actual) expect(actual, `differs from test/golden/${name}; UPDATE_GOLDEN=1 writes it anew`).toBe(readFileSync(file, 'utf8'));
}

const runs = { pass: passRun, fail: failRun, invalid: invalidRun, inconclusive: inconclusiveRun, bare: bareRun };

test.each(['pass', 'fail', 'invalid'] as const)('the report of a run that is %s is the golden file', (name) => {
  expectGolden(`report-${name}.html`, renderHtml(runs[name](), { projectHref: '../../..' }));
});

test.each(['pass', 'fail', 'invalid', 'inconclusive', 'bare'] as const)('the job summary of a run that is %s is the golden file', (name) => {
  expectGolden(`summary-${name}.md`, renderSummary(runs[name]()));
});

test.each(['pass', 'fail', 'invalid', 'inconclusive', 'bare'] as const)('the JUnit file of a run that is %s is the golden file', (name) => {
  expectGolden(`junit-${name}.xml`, renderJunit(runs[name]()));
});
