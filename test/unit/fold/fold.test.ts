import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARRIVAL } from '../../../harness/contracts/endpoint.ts';
import type { SeriesRow } from '../../../harness/contracts/series.ts';
import type { K6Sample } from '../../../harness/metrics/csv.ts';
import { type ClosedSecond, Fold } from '../../../harness/metrics/fold.ts';
import { decodeHistogram } from '../../../harness/metrics/histogram.ts';
import { decodeLatencies } from '../../../reports/stats/histogram.ts';

const T = 1_700_000_000_000;
const pay = 'POST /payments';

const sample = (metric: string, timeMs: number, value: number, more: Partial<K6Sample> = {}): K6Sample => ({ metric, timeMs, value, status: 0, errorCode: 0, name: '', group: '', ...more });

interface Request {
  readonly endMs: number;
  readonly durationMs?: number;
  readonly blockedMs?: number;
  readonly status?: number;
  readonly errorCode?: number;
  readonly name?: string;
  readonly generator?: number;
  readonly group?: string;
}

function feed(fold: Fold, { endMs, durationMs = 10, blockedMs = 0, status = 200, errorCode = 0, name = pay, generator = 0, group = '' }: Request): void {
  const tags = { status, errorCode, name, group };
  fold.feed(generator, sample('http_reqs', endMs, 1, tags));
  fold.feed(generator, sample('http_req_duration', endMs, durationMs, tags));
  fold.feed(generator, sample('http_req_blocked', endMs, blockedMs, tags));
}

const newFold = (documentedStatuses = {}) => new Fold({ documentedStatuses, requestTimeoutMs: 5000, arrivals: { profile: { startPerSecond: 2, stages: [{ durationMs: 10_000, targetPerSecond: 2 }] }, generators: 1 } });
const rowsOf = (closed: readonly ClosedSecond[]): SeriesRow[] => closed.flatMap(({ rows }) => rows);
const fold1 = (...requests: Request[]): SeriesRow[] => {
  const fold = newFold();
  for (const request of requests) feed(fold, request);
  return rowsOf(fold.end());
};

describe('latency', () => {
  it('is what the user waited: blocked (with connecting and TLS) plus duration, in µs', () => {
    const [row] = fold1({ endMs: T, durationMs: 63.14, blockedMs: 0.36 });
    const histogram = decodeHistogram(row?.histogram ?? '');
    expect(histogram.totalCount).toBe(1);
    expect(histogram.maxValue).toBeGreaterThanOrEqual(63_500);
    expect(histogram.maxValue).toBeLessThan(63_500 * 1.001);
  });

  it('is the whole timeout for a request that timed out before it had a connection', () => {
    const [row] = fold1({ endMs: T, durationMs: 0, blockedMs: 0, status: 0, errorCode: 1050 });
    expect(decodeHistogram(row?.histogram ?? '').maxValue).toBeGreaterThanOrEqual(5_000_000);
  });

  it('keeps many latencies in one row, whose histogram decodes to the same count and quantiles within 0.1 %', () => {
    const rows = fold1(...Array.from({ length: 500 }, (_, i) => ({ endMs: T + i, durationMs: i + 1 })));
    expect(rows).toHaveLength(1);
    const histogram = decodeHistogram(rows[0]?.histogram ?? '');
    expect(histogram.totalCount).toBe(500);
    expect(histogram.getValueAtPercentile(95)).toBeGreaterThanOrEqual(475_000 * 0.999);
    expect(histogram.getValueAtPercentile(95)).toBeLessThanOrEqual(475_000 * 1.001);
  });
});

describe('classes', () => {
  const documented = { [pay]: [201, 409, 503] };
  const classOf = (status: number, errorCode = 0, name = pay): string | undefined => {
    const fold = newFold(documented);
    feed(fold, { endMs: T, status, errorCode, name });
    return rowsOf(fold.end())[0]?.class;
  };

  it.each([
    ['a documented 2xx', 201, 0, '2xx'],
    ['a 2xx the endpoint does not publish', 200, 0, 'undocumented'],
    ['a documented 4xx is an answer', 409, 1409, '4xx'],
    ['a 4xx the endpoint does not publish', 404, 1404, 'undocumented'],
    ['too many requests', 429, 1429, '429'],
    ['a 5xx, documented', 503, 1503, '5xx'],
    ['a 5xx, not documented', 500, 1500, '5xx'],
    ['the client gave up', 0, 1050, 'timeout'],
    ['the client gave up while the body came', 201, 1050, 'timeout'],
    ['the connection was refused', 0, 1212, 'network'],
    ['the connection broke while the body came', 201, 1220, 'network'],
    ['no status and no code', 0, 0, 'network'],
  ])('%s: %i/%i is %s', (_, status, errorCode, expected) => {
    expect(classOf(status, errorCode)).toBe(expected);
  });

  it('lets an endpoint that publishes nothing answer anything below 500', () => {
    expect(classOf(404, 1404, 'GET /other')).toBe('4xx');
    expect(classOf(302, 0, 'GET /other')).toBe('3xx');
    expect(classOf(502, 1502, 'GET /other')).toBe('5xx');
  });

  it('counts a wrong body beside its 2xx, without latency', () => {
    const fold = newFold();
    feed(fold, { endMs: T });
    fold.feed(0, sample('body_check_failed', T, 1, { name: pay }));
    const rows = rowsOf(fold.end());
    expect(rows.map((row) => [row.class, row.count, row.histogram !== undefined])).toEqual([
      ['2xx', 1, true],
      ['bad-body', 1, false],
    ]);
  });

  it('counts arrivals that were started and dropped, by their value', () => {
    const fold = newFold();
    fold.feed(0, sample('arrivals_started', T, 1));
    fold.feed(0, sample('arrivals_started', T, 1));
    fold.feed(0, sample('dropped_iterations', T, 3));
    expect(rowsOf(fold.end())).toEqual([
      { second: T / 1000, generator: 0, endpoint: ARRIVAL, class: '2xx', faults: [], count: 2 },
      { second: T / 1000, generator: 0, endpoint: ARRIVAL, class: 'dropped', faults: [], count: 3 },
    ]);
  });

  it('knows how late each user came: the n-th of all that were due, those included that were dropped', () => {
    const fold = newFold();
    fold.feed(0, sample('scenario_started_ms', T, T - 250));
    // Two a second are due, the first half a second after the scenario began: at T + 250, + 750, + 1250 …
    for (const [metric, atMs] of [['arrivals_started', 252], ['dropped_iterations', 751], ['arrivals_started', 1650], ['arrivals_started', 1750]] as const) fold.feed(0, sample(metric, T + atMs, 1));
    const rows = rowsOf(fold.end()).filter((row) => row.class === '2xx');
    expect(rows.map(({ second, lateness }) => [second - T / 1000, decodeLatencies(lateness ?? '').sorted().map(([us]) => Math.round(us / 1000))])).toEqual([[0, [2]], [1, [0, 400]]]);
  });

  it('does not know it when nobody says when the scenario began', () => {
    const fold = newFold();
    fold.feed(0, sample('arrivals_started', T, 1));
    expect(rowsOf(fold.end())[0]?.lateness).toBeUndefined();
  });

  it('counts users who are done, and how long they stayed, and no arrival for it', () => {
    const fold = newFold();
    fold.feed(0, sample('arrivals_started', T, 1));
    fold.feed(0, sample('iteration_duration', T + 10, 3000));
    fold.feed(0, sample('iteration_duration', T + 20, 1500));
    expect(rowsOf(fold.end())).toMatchObject([{ endpoint: ARRIVAL, count: 1, journeys: { ended: 2, ms: 4500 } }]);
  });

  it('leaves out what setup() and teardown() send', () => {
    expect(fold1({ endMs: T, group: '::setup' }, { endMs: T, group: '::teardown' })).toEqual([]);
  });
});

describe('overlap with faults', () => {
  const faultsOf = (request: Request, applyMs: number, goneMs?: number): readonly string[] | undefined => {
    const fold = newFold();
    feed(fold, request);
    fold.event({ event: 'fault-apply', fault: 'redis-down', tMs: applyMs });
    if (goneMs !== undefined) fold.event({ event: 'fault-gone', fault: 'redis-down', tMs: goneMs, evidence: '' });
    return rowsOf(fold.end())[0]?.faults;
  };

  it.each([
    ['ends before the fault', T + 999, 10, []],
    ['ends as the fault begins', T + 1000, 10, ['redis-down']],
    ['begins before and ends after the whole fault', T + 4000, 3900, ['redis-down']],
    ['begins as the fault is gone', T + 3010, 10, ['redis-down']],
    ['begins after the fault is gone', T + 3011, 10, []],
  ])('a request that %s', (_, endMs, durationMs, expected) => {
    expect(faultsOf({ endMs, durationMs }, T + 1000, T + 3000)).toEqual(expected);
  });

  it('counts the time blocked as part of the request', () => {
    expect(faultsOf({ endMs: T + 3050, durationMs: 10, blockedMs: 60 }, T + 1000, T + 3000)).toEqual(['redis-down']);
  });

  it('a fault that is not gone yet goes on', () => {
    expect(faultsOf({ endMs: T + 60_000 }, T + 1000)).toEqual(['redis-down']);
  });

  it('carries all the faults, sorted, and splits the row of a second at the edge', () => {
    const fold = newFold();
    fold.event({ event: 'fault-apply', fault: 'b', tMs: T + 500 });
    fold.event({ event: 'fault-apply', fault: 'a', tMs: T + 700 });
    for (const endMs of [T + 400, T + 600, T + 800]) feed(fold, { endMs, durationMs: 1 });
    expect(rowsOf(fold.end()).map((row) => row.faults)).toEqual([[], ['b'], ['a', 'b']]);
  });
});

describe('seconds', () => {
  it('holds a second back for two seconds, so that the edges of faults are known', () => {
    const fold = newFold();
    feed(fold, { endMs: T + 999 });
    expect(fold.close(T + 2999)).toEqual([]);
    const closed = fold.close(T + 3000);
    expect(closed.map(({ second }) => second)).toEqual([T / 1000]);
    expect(rowsOf(closed)).toHaveLength(1);
  });

  it('closes seconds in order and those without a request, too', () => {
    const fold = newFold();
    feed(fold, { endMs: T + 100 });
    feed(fold, { endMs: T + 3100 });
    const closed = fold.close(T + 6000);
    expect(closed.map(({ second, rows }) => [second - T / 1000, rows.length])).toEqual([
      [0, 1],
      [1, 0],
      [2, 0],
      [3, 1],
    ]);
  });

  it('a request belongs to the second in which it ended', () => {
    expect(fold1({ endMs: T + 1000, durationMs: 900 }, { endMs: T + 999, durationMs: 1 }).map((row) => row.second - T / 1000)).toEqual([0, 1]);
  });

  it('a request that comes after its second was closed is counted in a further row and told', () => {
    const fold = newFold();
    feed(fold, { endMs: T });
    fold.close(T + 5000);
    feed(fold, { endMs: T + 10 });
    const closed = fold.close(T + 5100);
    expect(closed.map(({ second, first }) => [second, first])).toEqual([[T / 1000, false]]);
    expect(rowsOf(closed)[0]?.count).toBe(1);
    expect(fold.lateRequests).toBe(1);
  });

  it('keeps generators apart', () => {
    expect(fold1({ endMs: T, generator: 0 }, { endMs: T, generator: 1 }).map((row) => row.generator)).toEqual([0, 1]);
  });

  it('does not count, but tells, a request of which rows are missing', () => {
    const fold = newFold();
    fold.feed(0, sample('http_reqs', T, 1, { name: pay, status: 200 }));
    feed(fold, { endMs: T });
    fold.feed(0, sample('http_reqs', T, 1, { name: pay, status: 200 }));
    expect(rowsOf(fold.end()).map((row) => row.count)).toEqual([1]);
    expect(fold.cutRequests).toBe(2);
  });
});

it('conserves counts, whatever comes when and wherever the faults are', () => {
  const request = fc.record({
    endMs: fc.integer({ min: T, max: T + 20_000 }),
    durationMs: fc.double({ min: 0, max: 8000, noNaN: true }),
    blockedMs: fc.double({ min: 0, max: 500, noNaN: true }),
    status: fc.constantFrom(0, 200, 201, 404, 409, 429, 500, 503),
    errorCode: fc.constantFrom(0, 1050, 1212, 1409),
    name: fc.constantFrom(pay, 'GET /queue/token', 'GET /concerts/:id/schedules'),
    generator: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 200 }), fc.array(fc.integer({ min: T, max: T + 30_000 }), { maxLength: 10 }), fc.integer({ min: T, max: T + 20_000 }), (requests, closings, applyMs) => {
      const fold = newFold({ [pay]: [201, 409] });
      const rows: SeriesRow[] = [];
      requests.forEach((item, index) => {
        feed(fold, item);
        if (index === 5) fold.event({ event: 'fault-apply', fault: 'f', tMs: applyMs });
        const closing = closings[index % 20];
        if (closing !== undefined) rows.push(...rowsOf(fold.close(closing)));
      });
      rows.push(...rowsOf(fold.end()));
      expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(requests.length);
      expect(rows.reduce((sum, row) => sum + decodeHistogram(row.histogram ?? '').totalCount, 0)).toBe(requests.length);
      expect(fold.requests).toBe(requests.length);
    }),
    { numRuns: 50 },
  );
});

it('counts answers with 2xx, and how many of their bodies the script says it has looked at', () => {
  const fold = newFold();
  for (const status of [200, 201, 409, 503]) feed(fold, { endMs: T, status });
  feed(fold, { endMs: T, status: 200, errorCode: 1220 });
  feed(fold, { endMs: T, status: 200, group: '::setup' });
  fold.feed(0, sample('bodies_looked_at', T, 2));
  expect(rowsOf(fold.end()).every(({ endpoint }) => endpoint === pay)).toBe(true);
  expect({ acknowledged: fold.acknowledged, lookedAt: fold.bodiesLookedAt }).toEqual({ acknowledged: 2, lookedAt: 2 });
});
