import { describe, expect, test } from 'vitest';
import { renderJunit } from '../../../reports/ci/junit.ts';
import { code, fence, plain } from '../../../reports/ci/markdown.ts';
import { renderSummary } from '../../../reports/ci/summary.ts';
import { withHostileStrings } from './hostile.ts';
import { readMarkup } from './markup.ts';
import { bareRun, failRun, inconclusiveRun, invalidRun, passRun } from './runs.ts';

const root = (xml: string) => readMarkup(xml)[0]!.attributes;

describe('JUnit', () => {
  test('a PASS has neither failures nor errors', () => {
    expect(root(renderJunit(passRun()))).toMatchObject({ failures: '0', errors: '0', skipped: '0' });
  });

  test('a FAIL has failures: the verdict, the objectives and the finding', () => {
    const xml = renderJunit(failRun());
    expect(root(xml)).toMatchObject({ failures: '5', errors: '0' });
    expect(xml).toContain('<failure type="seat-sold-twice"');
  });

  test.each([['INVALID', invalidRun], ['INCONCLUSIVE', inconclusiveRun], ['a run of which nothing is left', bareRun]])('%s is an error, never green and never a failure of the service', (_, run) => {
    const { failures, errors } = root(renderJunit(run()));
    expect(Number(errors)).toBeGreaterThan(0);
    expect(failures).toBe('0');
  });

  test('an objective that is only shown is skipped, not failed', () => {
    const run = passRun();
    const objectives = run.verdict.objectives.map((objective) => (objective.gate ? objective : { ...objective, result: 'FAIL' as const }));
    expect(root(renderJunit({ ...run, verdict: { ...run.verdict, objectives } }))).toMatchObject({ failures: '0', errors: '0', skipped: '1' });
  });

  test('the counts of the root are those of the cases', () => {
    const tags = readMarkup(renderJunit(invalidRun()));
    const { tests, errors, failures } = tags[0]!.attributes;
    const count = (name: string): string => String(tags.filter((tag) => tag.name === name).length);
    expect({ tests, errors, failures }).toEqual({ tests: count('testcase'), errors: count('error'), failures: count('failure') });
  });

  test('a hostile run gives well-formed XML without control characters', () => {
    const xml = renderJunit(withHostileStrings(failRun()));
    expect(readMarkup(xml).some(({ name }) => name === 'script')).toBe(false);
    expect(renderJunit({ ...passRun(), plan: { ...passRun().plan, experiment: { ...passRun().plan.experiment, title: 'a\u0000b\u001b' } } })).not.toMatch(/[\u0000-\u0008\u001b]/);
  });
});

describe('the job summary', () => {
  test('says first what the verdict is and what to do', () => {
    expect(renderSummary(failRun()).split('\n').slice(0, 5).join('\n')).toMatch(/^## ❌ FAIL.*No, sales cannot open.*Next: /s);
  });

  test('keeps hostile text from becoming markup', () => {
    const text = renderSummary(withHostileStrings(failRun()));
    const withoutFences = text.replace(/^(`{3,})[^\n]*\n.*?\n\1$/gms, '');
    expect(withoutFences).not.toMatch(/<(script|img)/);
    expect(withoutFences.match(/<(?!\/?(?:details|summary|code)>)/g)).toBeNull();
    expect(withoutFences).not.toContain('@all');
  });

  test('every row of a table has as many cells as its head', () => {
    for (const block of renderSummary(withHostileStrings(failRun())).split('\n\n').filter((part) => part.startsWith('|'))) {
      const widths = block.split('\n').map((line) => line.replace(/\\\|/g, '').split('|').length);
      expect(new Set(widths).size).toBe(1);
    }
  });

  test('says when nothing was measured or audited', () => {
    expect(renderSummary(bareRun())).toContain('Nothing was measured.');
    expect(renderSummary(bareRun())).toContain('Audit: **did not run**.');
  });
});

test('Markdown escapes what Markdown and HTML would act on', () => {
  expect(plain('a|b *c* <d> `e` [f](g) @h\ni')).toBe('a\\|b \\*c\\* &lt;d&gt; \\`e\\` \\[f\\]\\(g\\) &#64;h i');
  expect(code('a|b')).toBe('<code>a&#124;b</code>');
  expect(code('plain')).toBe('`plain`');
  expect(fence('a ```` b', 'sh')).toBe('`````sh\na ```` b\n`````');
});
