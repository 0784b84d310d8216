import { test } from 'vitest';
import { renderJunit } from '../../../reports/ci/junit.ts';
import { renderSummary } from '../../../reports/ci/summary.ts';
import { renderHtml } from '../../../reports/html/page.ts';
import { expectGolden } from '../../support/golden.ts';
import { bareRun, failRun, inconclusiveRun, invalidRun, passRun } from './runs.ts';

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
