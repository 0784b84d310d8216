import { expect, test } from 'vitest';
import type { Measurements } from '../../../harness/contracts/measurements.ts';
import type { TimelineEvent } from '../../../harness/contracts/timeline.ts';
import { measure } from '../../../harness/metrics/measure/measure.ts';
import { atMs, inputOf, runStreams, startSecond, windowMs } from '../../support/run-streams.ts';

/** The run with a PING of Redis at each of these times; what ended before the undo of the fault failed. */
async function looksOf(pings: readonly { readonly offsetMs: number; readonly latencyMs?: number; readonly ok?: boolean }[]): Promise<Measurements['looks']> {
  const { timeline } = runStreams();
  const events = pings.map(({ offsetMs, latencyMs = 1, ok = true }): TimelineEvent => ({ tMs: atMs(offsetMs), event: 'redis', ok, latencyMs }));
  return (await measure(inputOf(runStreams({ timeline: [...timeline, ...events] })))).looks;
}
const redis = (looks: Measurements['looks'], phase: string) => looks.find((row) => row.of === 'redis' && row.phase === phase);

test('looks at health and at Redis count to the phase they were taken in, and to whole', async () => {
  const looks = await looksOf([{ offsetMs: 5000 }, { offsetMs: 20_000 }, { offsetMs: 30_000, ok: false }, { offsetMs: 45_000, ok: false }, { offsetMs: 70_000 }, { offsetMs: 83_000, ok: false }]);
  expect(looks.filter(({ of }) => of === 'redis')).toEqual([
    { of: 'redis', phase: 'warmup', ok: 1, failed: 0 },
    { of: 'redis', phase: 'steady', ok: 1, failed: 1 },
    { of: 'redis', phase: 'fault:redis-down', ok: 0, failed: 1 },
    { of: 'redis', phase: 'recovery', ok: 1, failed: 0 },
    { of: 'redis', phase: 'drain', ok: 0, failed: 1 },
    { of: 'redis', phase: 'whole', ok: 2, failed: 2 },
  ]);
  expect(looks).toContainEqual({ of: 'health', phase: 'steady', ok: 60, failed: 0 });
});

test('a look that overlapped a fault counts to the fault, however late it failed', async () => {
  const looks = await looksOf([{ offsetMs: windowMs.gone + 400, latencyMs: 900, ok: false }, { offsetMs: windowMs.apply + 5, latencyMs: 10 }, { offsetMs: 70_000 }]);
  expect(redis(looks, 'recovery')).toEqual({ of: 'redis', phase: 'recovery', ok: 1, failed: 0 });
  expect(redis(looks, 'steady')).toBeUndefined();
  expect(redis(looks, 'fault:redis-down')).toEqual({ of: 'redis', phase: 'fault:redis-down', ok: 1, failed: 2 });
});

test('a look that hangs weighs as much as the refusals it kept from being seen', async () => {
  expect(redis(await looksOf([{ offsetMs: 30_000, latencyMs: 2000, ok: false }, { offsetMs: 31_000, latencyMs: 900 }]), 'steady')).toMatchObject({ ok: 1, failed: 4 });
});

test('a run that never looked at Redis has no such row, rather than one without failures', async () => {
  expect((await looksOf([])).filter(({ of }) => of === 'redis')).toEqual([]);
});

test('what Redis and Toxiproxy said is there second by second, and a second in which they did not is a gap', async () => {
  const { resources } = runStreams();
  const proxies = { 'toxiproxy_proxy_enabled{proxy="redis"}': 0, 'toxiproxy_proxy_toxics{proxy="redis"}': 0, 'toxiproxy_proxy_enabled{proxy="broker-1"}': 1, 'toxiproxy_proxy_toxics{proxy="broker-1"}': 2 };
  const { servers } = await measure(
    inputOf(
      runStreams({
        resources: [
          ...resources,
          { second: startSecond + 3, process: 'redis', gauges: { redis_ops_per_second: 812 } },
          { second: startSecond + 3, process: 'toxiproxy', gauges: proxies },
          { second: startSecond + 4, process: 'toxiproxy', cpuSeconds: 1 },
        ],
      }),
    ),
  );
  expect(servers).toHaveLength(86);
  expect(servers[3]).toEqual({ second: startSecond + 3, redisOpsPerSecond: 812, proxies: { off: ['redis'], toxics: { 'broker-1': 2 } } });
  expect(servers[4]).toEqual({ second: startSecond + 4, redisOpsPerSecond: null, proxies: null });
});
