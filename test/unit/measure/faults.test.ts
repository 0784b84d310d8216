import { describe, expect, it } from 'vitest';
import type { FaultMeasurement } from '../../../harness/contracts/measurements.ts';
import type { TimelineEvent } from '../../../harness/contracts/timeline.ts';
import { measure } from '../../../harness/metrics/measure/measure.ts';
import { atMs, inputOf, plus, requests, runStreams, type RunStreams, startSecond } from '../../support/run-streams.ts';

const { series, timeline, plan } = runStreams();

async function fault(overrides: Partial<RunStreams> = {}): Promise<FaultMeasurement> {
  const { faults } = await measure(inputOf(runStreams(overrides)));
  return faults[0] as FaultMeasurement;
}
const withHealth = (change: (event: Extract<TimelineEvent, { event: 'health' }>) => TimelineEvent | null): TimelineEvent[] => timeline.flatMap((event) => (event.event === 'health' ? (change(event) ?? []) : event));
const slowFrom = (from: number, to: number): RunStreams['series'] => plus(series, ...Array.from({ length: to - from }, (_, i) => requests(from + i, 50, { latencyMs: 900 })));

describe('a fault', () => {
  it('is measured with its edges, its canary before, during and after, and the counter of the service', async () => {
    expect(await fault()).toMatchObject({
      applyMs: atMs(40_000),
      verifiedMs: atMs(40_600),
      undoMs: atMs(55_000),
      goneMs: atMs(56_400),
      canary: { before: { ok: 160, failed: 0 }, during: { ok: 0, failed: 57 }, after: { ok: 118, failed: 0 } },
      sign: 30_000,
    });
  });

  it('that never came has a row without edges', async () => {
    const seen = await fault({ timeline: timeline.filter(({ event }) => !event.startsWith('fault-')), series: series.map((row) => ({ ...row, faults: [] })) });
    expect(seen).toMatchObject({ applyMs: null, goneMs: null, sign: null, detection: null, recovery: null });
  });

  it('counts the growth of a counter that began again from 0', async () => {
    const restarted = timeline.map((event) => (event.event === 'sign' && event.tMs >= atMs(50_000) ? { ...event, value: event.value - 20_005 } : event));
    expect((await fault({ timeline: restarted })).sign).toBeGreaterThan(29_000);
    expect((await fault({ timeline: timeline.filter(({ event }) => event !== 'sign') })).sign).toBeNull();
  });

  it('leaves the canaries of another fault on the same target out of before and after', async () => {
    const second = { ...(plan.faults[0] as (typeof plan.faults)[0]), id: 'again', atMs: 60_000, durationMs: 5000 };
    const events: TimelineEvent[] = [
      { tMs: atMs(60_000), event: 'fault-apply', fault: 'again' },
      { tMs: atMs(66_000), event: 'fault-gone', fault: 'again', evidence: 'answers' },
    ];
    const down = timeline.map((event) => (event.event === 'canary' && event.tMs >= atMs(60_000) && event.tMs < atMs(65_000) ? { ...event, ok: false } : event));
    const seen = await fault({ plan: { ...plan, faults: [...plan.faults, second] }, timeline: [...down, ...events] });
    expect(seen.canary.after.failed).toBe(0);
  });
});

describe('detection', () => {
  it('is the time to the first health probe that is not ok', async () => {
    expect((await fault()).detection).toEqual({ seconds: 0.5, censored: false });
  });

  it('is censored at the last probe of the window when health never changed', async () => {
    const blind = withHealth((event) => ({ ...event, ok: true, status: 200 }));
    expect((await fault({ timeline: blind })).detection).toEqual({ seconds: 16, censored: true });
  });

  it('needs a change when the service was not well before', async () => {
    const sick = withHealth((event) => ({ ...event, ok: false, status: 503 }));
    expect((await fault({ timeline: sick })).detection).toMatchObject({ censored: true });
    const worse = withHealth((event) => ({ ...event, ok: false, status: event.tMs >= atMs(43_000) ? 0 : 503 }));
    expect((await fault({ timeline: worse })).detection).toEqual({ seconds: 3, censored: false });
  });

  it('is not known without a probe', async () => {
    expect((await fault({ timeline: withHealth(() => null) })).detection).toBeNull();
  });
});

describe('recovery', () => {
  it('is nothing when the objectives held all along', async () => {
    expect((await fault()).recovery).toEqual({ seconds: 0, censored: false });
  });

  it('is the time until the objectives hold for the whole stability window', async () => {
    expect((await fault({ series: slowFrom(55, 61) })).recovery).toEqual({ seconds: 6, censored: false });
    expect((await fault({ series: plus(slowFrom(55, 58), requests(60, 50, { latencyMs: 900 })) })).recovery).toEqual({ seconds: 6, censored: false });
  });

  it('waits for errors as well as for latency', async () => {
    const failing = Array.from({ length: 4 }, (_, i) => requests(57 + i, 5, { class: '5xx' }));
    expect((await fault({ series: plus(series, ...failing) })).recovery).toEqual({ seconds: 6, censored: false });
  });

  it('does not take seconds without a request for holding', async () => {
    const silent = series.filter(({ second }) => second !== startSecond + 58);
    expect((await fault({ series: silent })).recovery).toEqual({ seconds: 4, censored: false });
  });

  it('is censored when there is no stable window before the load ends', async () => {
    expect((await fault({ series: slowFrom(55, 80) })).recovery).toEqual({ seconds: 25, censored: true });
    expect((await fault({ series: slowFrom(55, 77) })).recovery).toEqual({ seconds: 22, censored: true });
  });
});
