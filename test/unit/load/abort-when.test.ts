import { expect, test } from 'vitest';
import { parseAbortWhen, type AbortWhen } from '../../../harness/contracts/abort-when.ts';
import { Bus } from '../../../harness/contracts/bus.ts';
import type { StatusClass } from '../../../harness/contracts/endpoint.ts';
import { watchAbort } from '../../../harness/run/abort-when.ts';
import { LatencyCounts } from '../../../reports/stats/histogram.ts';

test.each([
  ['5xx > 50 % for 10 s', { what: '5xx', above: 0.5, forMs: 10_000 }],
  ['unanswered>12.5% for 500ms', { what: 'unanswered', above: 0.125, forMs: 500 }],
  ['p95 > 3000 ms for 1 m', { what: 'p95', above: 3000, forMs: 60_000 }],
])('"%s" is understood', (text, meaning) => {
  expect(parseAbortWhen(text)).toEqual({ text, ...meaning });
});

test.each(['5xx > 50 for 10 s', 'p95 > 3000 % for 10 s', 'errors > 5 % for 3 s', '5xx > 50 %', '5xx < 50 % for 10 s'])('"%s" is not', (text) => {
  expect(parseAbortWhen(text)).toBeUndefined();
});

function aborts(condition: string, seconds: readonly (readonly [StatusClass, number, number?][])[]): string[] {
  const bus = new Bus();
  const reasons: string[] = [];
  using _watch = watchAbort(bus, parseAbortWhen(condition) as AbortWhen, (why) => reasons.push(why));
  seconds.forEach((rows, second) => {
    for (const [name, count, ms = 1] of rows) {
      const latencies = new LatencyCounts();
      latencies.add(ms * 1000, count);
      bus.emit('series', { second, generator: 0, endpoint: 'GET /', class: name, faults: [], count, histogram: latencies.encode() });
    }
    bus.emit('second-closed', second);
  });
  return reasons;
}

const bad: [StatusClass, number][] = [['5xx', 6], ['2xx', 4]];
const good: [StatusClass, number][] = [['5xx', 5], ['2xx', 5]];

test('it aborts once, when the share was above the limit in each of so many seconds', () => {
  expect(aborts('5xx > 50 % for 3 s', [bad, bad, bad, bad, bad])).toEqual(['5xx > 50 % for 3 s (60 % in the last of 3 seconds)']);
});

test('a better second begins anew; one without requests says nothing', () => {
  expect(aborts('5xx > 50 % for 3 s', [bad, bad, good, bad, bad])).toEqual([]);
  expect(aborts('5xx > 50 % for 3 s', [bad, bad, [], bad])).toHaveLength(1);
});

test('latency is that of the second, not of the run', () => {
  expect(aborts('p95 > 100 ms for 2 s', [[['2xx', 100, 10]], [['2xx', 10, 200]], [['2xx', 10, 300]]])).toEqual(['p95 > 100 ms for 2 s (300 ms in the last of 2 seconds)']);
});
