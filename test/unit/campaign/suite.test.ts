import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSuite, selectParts } from '../../../harness/campaign/suite.ts';
import { problemText, UsageError } from '../../../harness/contracts/fail.ts';

const root = resolve(import.meta.dirname, '../../..');
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatecrash-suite-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const experiments = join(root, 'chaos/experiments');
const head = 'schemaVersion: 1\nname: tried\ntitle: A suite that is tried\n';

function load(body: string): ReturnType<typeof loadSuite> {
  const file = join(dir, 'suite.yaml');
  writeFileSync(file, head + body);
  return loadSuite(file);
}

function problemsOf(body: string): string[] {
  try {
    load(body);
  } catch (error) {
    if (error instanceof UsageError) return error.problems.map((problem) => problemText({ ...problem, file: problem.file?.endsWith('suite.yaml') ? 'suite.yaml' : 'other' }));
    throw error;
  }
  return [];
}

test.each(globSync('chaos/suites/*.yaml', { cwd: root }))('%s can be run, with everything in it', (file) => {
  const { parts } = loadSuite(join(root, file));
  expect(parts.length).toBeGreaterThan(1);
});

test('a cell is the base experiment with its fault replaced', () => {
  const { parts } = load(`matrix:\n  base: ${experiments}/matrix-cell.yaml\n  cells:\n    - {kind: latency, target: postgres, params: {latencyMs: 60}, duration: 5s, loadDuration: 50s, budget: database-slow, expect: {health: up}, replicas: 2}\n`);
  const [part] = parts;
  expect(part).toMatchObject({ name: 'latency-postgres', cell: true });
  expect(part?.loaded.experiment).toMatchObject({
    name: 'latency-postgres',
    load: { duration: '50s', ratePerSecond: 16 },
    stack: { replicas: 2 },
    budget: 'database-slow',
    faults: [{ id: 'latency-postgres', kind: 'latency', target: 'postgres', at: '17s', duration: '5s', params: { latencyMs: 60 }, expect: { health: 'up' } }],
  });
});

test('a part may be judged by objectives of its own, named relative to the suite', () => {
  writeFileSync(join(dir, 'own.yaml'), 'schemaVersion: 1\nname: own\nobjectives: []\n');
  expect(load(`experiments:\n  - {file: ${experiments}/smoke.yaml, sla: own.yaml}\n`).parts[0]?.loaded.sla.name).toBe('own');
});

test('every problem of every part is told at once, in the place where it stands', () => {
  const problems = problemsOf(
    [
      'experiments:',
      `  - {file: ${experiments}/smoke.yaml}`,
      `  - {file: ${experiments}/smoke.yaml}`,
      `  - {file: ${experiments}/smok.yaml}`,
      'matrix:',
      `  base: ${experiments}/matrix-cell.yaml`,
      '  cells:',
      '    - {kind: dwon, target: redis}',
      '    - {kind: latency, target: redis, params: {latencyMs: 1}}',
      '    - {kind: down, target: postgres, duration: 14s}',
      '    - {kind: down, target: redis, budget: none-such}',
    ].join('\n'),
  );
  expect(problems).toEqual([
    expect.stringContaining('suite.yaml:6:5: experiments[1].name: "smoke" is there twice'),
    expect.stringContaining('other: there is no such file'),
    expect.stringMatching(/suite\.yaml:11:8: matrix\.cells\[0\]\.kind: there is no fault kind "dwon" \(did you mean "down"\?\)/),
    expect.stringMatching(/suite\.yaml:12:47: matrix\.cells\[1\]\.params\.latencyMs: /),
    expect.stringMatching(/matrix\.cells\[2\]\.recoverWithin: 12s plus the stability window/),
    expect.stringMatching(/matrix\.cells\[3\]\.budget: there is no budget "none-such"/),
  ]);
});

test('a suite without parts is refused', () => {
  expect(problemsOf('')).toEqual([expect.stringContaining('has no parts')]);
});

test('parts are chosen by name, in the order of the suite; a name that is not there is told with the nearest', () => {
  const loaded = load(`experiments:\n  - {file: ${experiments}/smoke.yaml}\n  - {file: ${experiments}/smoke.yaml, name: again}\n`);
  expect(selectParts(loaded, ['again', 'smoke']).map(({ name }) => name)).toEqual(['smoke', 'again']);
  expect(selectParts(loaded, [])).toHaveLength(2);
  expect(() => selectParts(loaded, ['smokey'])).toThrow(/did you mean "smoke"/);
});
