import { expect, test } from 'vitest';
import { parseMetrics } from '../../../harness/metrics/prometheus.ts';
import { isWatched } from '../../../harness/metrics/watched.ts';
import { metricNames } from '../../../harness/targets/ticketing/metric-names.ts';

const all = (): boolean => true;

test('series come by name, and by name with labels as published', () => {
  const text = ['# HELP db_pool_active Connections in use', '# TYPE db_pool_active gauge', 'db_pool_active 3', 'breaker_state{dependency="redis"} 2', ''].join('\n');
  expect(parseMetrics(text, all)).toEqual({ db_pool_active: 3, 'breaker_state{dependency="redis"}': 2 });
});

test.each([
  ['x 1e-3', 'x', 0.001],
  ['x -2', 'x', -2],
  ['x 5 1700000000000', 'x', 5],
  ['x{} 1', 'x', 1],
  ['x{a="1",b="2",} 7', 'x{a="1",b="2"}', 7],
  ['x{a="} 9"} 1', 'x{a="} 9"}', 1],
  [String.raw`x{a="say \"hi\" \\"} 1`, String.raw`x{a="say \"hi\" \\"}`, 1],
  ['x 12\r', 'x', 12],
])('%s is read', (line, key, value) => {
  expect(parseMetrics(line, all)).toEqual({ [key]: value });
});

test('what is not a finite number is no reading, and not zero', () => {
  expect(parseMetrics('x NaN\nx{a="b"} +Inf\ny -Inf\nz 1', all)).toEqual({ z: 1 });
});

test('a line that is not a series is passed over', () => {
  expect(parseMetrics('<html>\nx{a="b} 1\nx\n 5\nz 1', all)).toEqual({ z: 1 });
});

test('buckets of histograms and metrics that nobody watches are left out', () => {
  const text = ['wait_seconds_bucket{le="+Inf"} 4', 'wait_seconds_sum 2', 'other 1'].join('\n');
  expect(parseMetrics(text, (name) => name.startsWith('wait'))).toEqual({ wait_seconds_sum: 2 });
});

test('every counter the harness reckons with is watched', () => {
  expect(Object.values(metricNames).filter((name) => !isWatched(name))).toEqual([]);
  expect(isWatched('http_requests_total')).toBe(false);
});
