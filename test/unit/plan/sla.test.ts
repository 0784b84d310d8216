import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertEndpointsKnown, loadSla } from '../../../harness/plan/sla.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatecrash-sla-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const objective = (over: Record<string, unknown>): string => `  - ${JSON.stringify({ id: 'a', title: 'A', metric: 'availability', phases: ['steady'], atLeast: 0.999, gate: true, source: 'test', ...over })}\n`;
function sla(name: string, objectives: string, head = ''): string {
  const file = join(dir, name);
  writeFileSync(file, `schemaVersion: 1\nname: ${name}\n${head}objectives:\n${objectives}`);
  return file;
}

test('an overlay replaces objectives by id and keeps the others', () => {
  sla('base.yaml', objective({}) + objective({ id: 'b' }));
  const overlay = sla('overlay.yaml', objective({ id: 'b', atLeast: 0.5 }) + objective({ id: 'c' }), 'extends: base.yaml\n');
  expect(loadSla(overlay).objectives.map(({ id, atLeast }) => [id, atLeast])).toEqual([['a', 0.999], ['b', 0.5], ['c', 0.999]]);
});

test('a file that extends itself is refused', () => {
  expect(() => loadSla(sla('self.yaml', objective({}), 'extends: self.yaml\n'))).toThrow(/extends itself/);
});

test.each<[title: string, over: Record<string, unknown>, problem: RegExp]>([
  ['no bound', { atLeast: undefined }, /has 0 bounds/],
  ['contradictory bounds', { below: 1 }, /has 2 bounds/],
  ['a share written in percent', { atLeast: 99.9 }, /write 99.9 % as 0.999/],
  ['a share that no sample proves', { atLeast: 1 }, /no number of samples proves that nothing ever fails/],
  ['a latency without quantile', { metric: 'latencyMs' }, /needs a quantile/],
  ['a census metric in a phase it does not have', { metric: 'delivery' }, /exists in phase whole only/],
  ['a trend in a fault', { metric: 'memoryGrowth', atLeast: undefined, atMost: 3, phases: ['fault'] }, /exists in phases steady and whole only/],
  ['a detection outside faults', { metric: 'detectionSeconds', atLeast: undefined, atMost: 3 }, /exists in phase fault only/],
  ['an unknown metric', { metric: 'availabilty' }, /objectives\[0\]\.metric: "availabilty" is not one of those it may be \(did you mean "availability"\?\)/],
  ['an unknown phase', { phases: ['rush'] }, /objectives\[0\]\.phases/],
])('%s is refused with file, line and key', (_title, over, problem) => {
  const file = sla('wrong.yaml', objective(over));
  expect(() => loadSla(file)).toThrow(problem);
  expect(() => loadSla(file)).toThrow(/wrong\.yaml:4:\d+: objectives\[0\]/);
});

test('an objective about an endpoint that is not there is refused, and the nearest is named', () => {
  const about = (endpoint: string) => loadSla(sla('endpoint.yaml', objective({ endpoint })));
  const known = ['POST /payments', 'POST /queue/token'];
  expect(() => assertEndpointsKnown(about('POST /payment'), known, 'x.yaml')).toThrow('x.yaml: sla: a.endpoint: the service has no "POST /payment" (did you mean "POST /payments"?)');
  expect(() => assertEndpointsKnown(about('POST /payments'), known, 'x.yaml')).not.toThrow();
});
