import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../reports/html/page.ts';
import type { Run } from '../../../reports/html/run.ts';
import { hostile, withHostileStrings } from './hostile.ts';
import { readMarkup } from './markup.ts';
import { bareRun, failRun, inconclusiveRun, invalidRun, passRun } from './runs.ts';

const all = [['pass', passRun], ['fail', failRun], ['inconclusive', inconclusiveRun], ['invalid', invalidRun], ['bare', bareRun]] as const;

describe.each(all)('the report of a run that is %s', (_, run) => {
  const page = renderHtml(run());
  const tags = readMarkup(page);

  test('is well formed and the same every time', () => {
    expect(renderHtml(run())).toBe(page);
    expect(tags.filter(({ name }) => name === 'main')).toHaveLength(1);
  });

  test('loads nothing and runs nothing', () => {
    expect(page).not.toMatch(/https?:/);
    expect(page).not.toMatch(/<(script|iframe|object|embed|img|base)/i);
    expect(page).not.toMatch(/url\(|@import/);
    for (const { attributes } of tags) expect(Object.keys(attributes).filter((name) => name.startsWith('on') || name === 'src')).toEqual([]);
  });

  test('names each id once, and every label and link points at one', () => {
    const ids = tags.flatMap(({ attributes }) => (attributes['id'] === undefined ? [] : [attributes['id']]));
    expect(new Set(ids).size).toBe(ids.length);
    const targets = tags.flatMap(({ attributes }) => [...(attributes['aria-labelledby']?.split(' ') ?? []), ...(attributes['href']?.startsWith('#') ? [attributes['href'].slice(1)] : [])]);
    expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
  });

  test('describes every picture that is not decoration', () => {
    const pictures = tags.filter(({ name, attributes }) => name === 'svg' && attributes['aria-hidden'] !== 'true');
    for (const { attributes } of pictures) expect(attributes).toMatchObject({ role: 'img', 'aria-labelledby': expect.any(String) });
  });
});

test('every string of a hostile run is escaped', () => {
  for (const run of [failRun(), invalidRun()]) {
    const page = renderHtml(withHostileStrings(run), { projectHref: '..' });
    const tags = readMarkup(page);
    expect(tags.filter(({ name }) => name === 'script' || name === 'img')).toEqual([]);
    expect(tags.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => name.startsWith('on'))).toEqual([]);
    expect(page).not.toContain(hostile);
    expect(page).not.toContain('\u202e');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  }
});

test('a runbook is linked only as a path inside the project', () => {
  const link = (runbook: string): boolean => {
    const run = passRun();
    const measurements = { ...run.measurements!, faults: run.measurements!.faults.map((fault) => ({ ...fault, runbook })) };
    return renderHtml({ ...run, measurements }, { projectHref: '../../..' }).includes(`href="../../../${runbook}"`);
  };
  expect(link('docs/runbooks/redis-down.md')).toBe(true);
  expect(link('javascript:alert(1)')).toBe(false);
  expect(link('//example.com/x')).toBe(false);
  expect(link('https://example.com/x')).toBe(false);
});

test('each missing artefact is named, whatever else is there', () => {
  const absent = (part: keyof Run): string => renderHtml({ ...passRun(), [part]: null });
  expect(absent('stack')).toContain('stack.json is missing');
  expect(absent('dataset')).toContain('dataset.json is missing');
  expect(absent('measurements')).toContain('measurements.json is missing');
  expect(absent('findings')).toContain('findings.json is missing');
  expect(renderHtml(passRun())).not.toContain('id="missing"');
});

test('a run without samples, phases and processes renders', () => {
  const run = passRun();
  const measurements = { ...run.measurements!, loadStartMs: null, loadEndMs: null, phases: [], endpoints: [], seconds: [], processes: [], arrivals: [], counters: [], generators: [], faults: [] };
  const page = renderHtml({ ...run, measurements, verdict: { ...run.verdict, objectives: [], validity: [] } });
  readMarkup(page);
  expect(page).toContain('No objective was judged.');
  expect(page).toContain('No validity check was made.');
});

test('a tile is not green without data, nor in a run that is invalid', () => {
  for (const run of [bareRun(), invalidRun(), { ...passRun(), measurements: null, findings: null }]) {
    const tones = readMarkup(renderHtml(run)).flatMap(({ attributes }) => (attributes['class']?.startsWith('tile ') ? [attributes['class']] : []));
    expect(tones).toEqual(['tile void', 'tile void', 'tile void', 'tile void']);
  }
});

test('a PASS without audit says so', () => {
  const run = passRun();
  const page = renderHtml({ ...run, plan: { ...run.plan, audit: null }, findings: { ...run.findings!, audited: false, findings: [] }, verdict: { ...run.verdict, audited: false } });
  expect(page).toContain('PASS (not audited)');
});

test('only a FAIL has a post-mortem', () => {
  expect(renderHtml(failRun())).toContain('id="postmortem"');
  expect(renderHtml(passRun())).not.toContain('id="postmortem"');
});

test('a run of hours stays a small page', () => {
  const run = passRun();
  const first = run.measurements!.seconds[12]!;
  const seconds = Array.from({ length: 4 * 3600 }, (_, index) => ({ ...first, second: first.second + index }));
  expect(renderHtml({ ...run, measurements: { ...run.measurements!, seconds } }).length).toBeLessThan(400_000);
});
