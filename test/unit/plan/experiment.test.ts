import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UsageError, problemText } from '../../../harness/contracts/fail.ts';
import { loadExperiment } from '../../../harness/plan/experiment.ts';

const root = resolve(import.meta.dirname, '../../..');
const good = readFileSync(join(root, 'chaos/experiments/opening-redis-down.yaml'), 'utf8').replace('../../reports/sla.yaml', join(root, 'reports/sla.yaml'));
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatecrash-plan-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Problems of the good experiment after these replacements, as a user reads them. */
function problemsOf(...edits: [from: string | RegExp, to: string][]): string[] {
  const text = edits.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    if (after === before) throw new Error(`nothing to replace: ${from}`);
    return after;
  }, good);
  const file = join(dir, 'experiment.yaml');
  writeFileSync(file, text);
  try {
    loadExperiment(file);
    return [];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.problems.map((problem) => problemText(problem).replace(/^.*experiment\.yaml:/, ''));
  }
}

test('the committed experiments are valid', () => {
  for (const name of ['opening-redis-down', 'smoke']) expect(loadExperiment(join(root, `chaos/experiments/${name}.yaml`)).experiment.name).toBe(name);
});

test('an unknown key is refused with its line and the nearest right name', () => {
  expect(problemsOf(['vusMax:', 'vusMx:'])).toEqual([expect.stringMatching(/^\d+:1: load: "vusMax" is missing$/), expect.stringMatching(/^\d+:3: load\.vusMx: is not a known key \(did you mean "vusMax"\?\)$/)]);
});

test('all problems come at once', () => {
  const problems = problemsOf(['warmup: 10s', 'warmup: ten'], ['ratePerSecond: 34', 'ratePerSecond: .nan'], ['priceKrw: 50000', 'priceKrw: -1'], ['kind: redis-down', 'kind: redis-dwn']);
  expect(problems).toHaveLength(4);
  expect(problems.join('\n')).toMatch(/load\.warmup.*250ms, 15s/);
  expect(problems.join('\n')).toMatch(/load\.ratePerSecond/);
  expect(problems.join('\n')).toMatch(/dataset\.priceKrw/);
  expect(problems.join('\n')).toMatch(/faults\[0\]\.kind.*did you mean "redis-down"/);
});

test.each<[title: string, edit: [string | RegExp, string], problem: RegExp]>([
  ['an unknown kind names the nearest', ['kind: redis-down', 'kind: redis-dwn'], /faults\[0\]\.kind: there is no fault kind "redis-dwn" \(did you mean "redis-down"\?\)/],
  ['an unknown target names the possible ones', ['target: redis\n', 'target: rabbit\n'], /faults\[0\]\.target: redis-down cannot act on "rabbit" \(targets: redis\)/],
  ['a fault of no length', ['duration: 15s', 'duration: 0s'], /faults\[0\]\.duration: is 0/],
  ['a fault inside the warm-up', ['at: 40s', 'at: 3s'], /faults\[0\]\.at: 3 s is inside the warm-up/],
  ['a fault that outlives the load', ['at: 40s', 'at: 70s'], /the fault ends 1 min 25 s after the start/],
  ['a recovery bound that does not fit its phase', ['recoverWithin: 15s', 'recoverWithin: 5m'], /recoverWithin: 5m plus the stability window of 5s does not fit the 25 s/],
  ['a detection bound longer than the fault', ['detectWithin: 15s', 'detectWithin: 30s'], /detectWithin: 30s is longer than the fault/],
  ['a parameter that the kind does not have', ['duration: 15s\n    runbook', 'duration: 15s\n    params: {latency: 3}\n    runbook'], /faults\[0\]\.params\.latency: is not a known key/],
  ['a ramp of a fault of one strength', ['duration: 15s\n    runbook', 'duration: 15s\n    ramp: {param: x, from: 1, steps: 3}\n    runbook'], /faults\[0\]\.ramp: redis-down has one strength only/],
  ['a random window that ends before it begins', ['at: 40s', 'at: {from: 45s, to: 40s}'], /faults\[0\]\.at: the window ends \(40s\) before it begins \(45s\)/],
  ['a repetition without a pause', ['duration: 15s\n    runbook', 'duration: 15s\n    repeat: {times: 2, every: 15s}\n    runbook'], /faults\[0\]\.repeat: every 15s is not longer than the duration of 15s/],
  ['repetitions that outlive the load', ['duration: 15s\n    runbook', 'duration: 15s\n    repeat: {times: 3, every: 20s}\n    runbook'], /the fault ends 1 min 35 s after the start/],
  ['a fault that is to be together with none', ['duration: 15s\n    runbook', 'duration: 15s\n    together: [nobody]\n    runbook'], /faults\[0\]\.together: there is no fault "nobody"/],
  ['a budget that is not there names the nearest', [/^sla:/m, 'budget: database-gon\nsla:'], /budget: there is no budget "database-gon" in reports\/budgets\.yaml \(did you mean "database-gone"\?\)/],
  ['an abort condition nobody understands', [/^sla:/m, 'abortWhen: 5xx over 50\nsla:'], /abortWhen: "5xx over 50" is not written as it should be \(like "5xx > 50 % for 10 s"/],
  ['an expectation of a health there is not', ['duration: 15s\n    runbook', 'duration: 15s\n    expect: {health: fine}\n    runbook'], /faults\[0\]\.expect\.health/],
  ['a file of 10 MB', [/^name:/m, `# ${'x'.repeat(10_000_000)}\nname:`], /is 100\d{5} bytes long; the limit is 262144/],
  ['a warm-up that eats the load', ['warmup: 10s', 'warmup: 80s'], /load\.warmup: 80s leaves nothing/],
  ['a script that is not there', ['scenarios/spike.ts', 'scenarios/spke.ts'], /load\.script: there is no scenarios\/spke\.ts/],
  ['objectives that are not there', [/sla: .*/, 'sla: nowhere.yaml'], /nowhere\.yaml: there is no such file/],
  ['a YAML syntax error', ['load:', 'load: ['], /:\d+: /],
  ['the same key twice', ['stabilityWindow: 5s', 'stabilityWindow: 5s\nstabilityWindow: 6s'], /Map keys must be unique/],
  ['an alias to nothing', ['stabilityWindow: 5s', 'stabilityWindow: *nothing'], /nothing/],
  ['a lower-case setting of the service', ['QUEUE_ACTIVE_CAP', 'queue_active_cap'], /service/],
])('%s', (_title, edit, problem) => {
  expect(problemsOf(edit).join('\n')).toMatch(problem);
});

test('a fault that breaks several things overlaps with a fault on any of them, and names none twice', () => {
  const zone = '\n  - {id: zone, kind: brokers-lost, target: broker-1, at: 45s, duration: 8s}\n  - {id: broker, kind: broker-loss, target: broker-2, at: 50s, duration: 8s}\n\nsla:';
  expect(problemsOf([/\nsla:/, zone]).join('\n')).toMatch(/broker overlaps zone on broker-2/);
  expect(problemsOf([/\nsla:/, zone.replace('at: 45s, duration: 8s', 'at: 45s, duration: 8s, params: {also: broker-1}')]).join('\n')).toMatch(/faults\[1\]\.params: brokers-lost on broker-1 names broker-1 again/);
});

test('two faults on one target may not overlap', () => {
  const second = '\n  - id: again\n    kind: redis-down\n    target: redis\n    at: 50s\n    duration: 15s\n\nsla:';
  expect(problemsOf([/\n\nsla:/, second]).join('\n')).toMatch(/faults\[1\]\.at: again overlaps redis-down on redis/);
});

test('two faults that send the same traffic another way may not overlap, whatever they say', () => {
  const both = '\n  - {id: errors, kind: http-errors, target: api, at: 45s, duration: 8s}\n  - {id: slow, kind: http-latency, target: api, at: 50s, duration: 8s, together: [errors]}\n\nsla:';
  expect(problemsOf([/\nsla:/, both]).join('\n')).toMatch(/slow overlaps errors on api \(both send what goes there another way/);
});

test('a file of 10 MB is refused without being parsed', () => {
  expect(problemsOf([/$/, `\n# ${'x'.repeat(10_000_000)}`]).join()).toMatch(/the limit is/);
});
