import { describe, expect, it } from 'vitest';
import { derivePhases, PhaseOfSecond, type Phases } from '../../../harness/metrics/measure/phases.ts';
import { readTimeline } from '../../../harness/metrics/measure/timeline.ts';
import type { TimelineEvent } from '../../../harness/contracts/timeline.ts';
import { atMs, runStreams, startSecond, stream } from '../../support/run-streams.ts';

const { plan, timeline } = runStreams();
const quiet = timeline.filter(({ event }) => !event.startsWith('fault-'));

async function phasesOf(events: readonly TimelineEvent[]): Promise<Phases> {
  const phases = derivePhases(plan, await readTimeline(stream(events)));
  if (!phases) throw new Error('no phases');
  return phases;
}
const parts = async (events: readonly TimelineEvent[]): Promise<string[]> => (await phasesOf(events)).parts.map(({ id, startMs, endMs }) => `${id} ${(startMs - atMs(0)) / 1000}–${(endMs - atMs(0)) / 1000}`);
const edge = (offsetMs: number, event: 'fault-apply' | 'fault-undo', fault: string): TimelineEvent => ({ tMs: atMs(offsetMs), event, fault });
const gone = (offsetMs: number, fault: string): TimelineEvent => ({ tMs: atMs(offsetMs), event: 'fault-gone', fault, evidence: 'answers' });

describe('phases', () => {
  it('follow the edges of the fault as they happened', async () => {
    expect(await parts(timeline)).toEqual(['warmup 0–10', 'steady 10–40', 'fault:redis-down 40–56.4', 'recovery 56.4–80', 'drain 80–86', 'whole 10–80']);
  });

  it('have steady only in a run without faults', async () => {
    expect(await parts(quiet)).toEqual(['warmup 0–10', 'steady 10–80', 'drain 80–86', 'whole 10–80']);
  });

  it('have a recovery between two faults and one after the last', async () => {
    const events = [...quiet, edge(20_000, 'fault-apply', 'a'), gone(30_000, 'a'), edge(40_000, 'fault-apply', 'b'), gone(50_000, 'b')];
    expect(await parts(events)).toEqual(['warmup 0–10', 'steady 10–20', 'fault:a 20–30', 'fault:b 40–50', 'recovery 30–40', 'recovery 50–80', 'drain 80–86', 'whole 10–80']);
  });

  it('do not recover while another fault still holds', async () => {
    const events = [...quiet, edge(20_000, 'fault-apply', 'a'), gone(45_000, 'a'), edge(30_000, 'fault-apply', 'b'), gone(40_000, 'b')];
    expect(await parts(events)).toContain('recovery 45–80');
    expect((await parts(events)).filter((part) => part.startsWith('recovery'))).toHaveLength(1);
  });

  it('let a fault that never went last to the end of everything', async () => {
    const events = timeline.filter(({ event }) => event !== 'fault-gone');
    expect(await parts(events)).toEqual(['warmup 0–10', 'steady 10–40', 'fault:redis-down 40–86', 'drain 80–86', 'whole 10–80']);
  });

  it('end with the load when it ended early', async () => {
    const events = quiet.map((event) => (event.event === 'load-end' ? { ...event, tMs: atMs(31_700) } : event));
    expect(await parts(events)).toEqual(['warmup 0–10', 'steady 10–32', 'drain 32–86', 'whole 10–32']);
  });

  it('need a load-start', async () => {
    expect(derivePhases(plan, await readTimeline(stream([])))).toBeNull();
  });
});

describe('the phase of a request', () => {
  it('is its fault alone, and whole, when it overlapped one', async () => {
    const phaseOf = new PhaseOfSecond(await phasesOf(timeline));
    expect(phaseOf.ofRequest(startSecond + 57, ['redis-down'])).toEqual(['fault:redis-down', 'whole']);
  });

  it('is what lies outside the fault in a second that an edge cuts', async () => {
    const cut = timeline.map((event) => (event.event === 'fault-apply' ? { ...event, tMs: atMs(40_200) } : event));
    const phaseOf = new PhaseOfSecond(await phasesOf(cut));
    expect(phaseOf.ofRequest(startSecond + 40, [])).toEqual(['steady', 'whole']);
    expect(phaseOf.ofRequest(startSecond + 56, [])).toEqual(['recovery', 'whole']);
  });

  it('is the fault in a second that lies inside its window, whatever the row says', async () => {
    const phaseOf = new PhaseOfSecond(await phasesOf(timeline));
    expect(phaseOf.ofRequest(startSecond + 48, [])).toEqual(['fault:redis-down', 'whole']);
  });

  it('is not whole before the end of the warm-up or after the end of the load', async () => {
    const phaseOf = new PhaseOfSecond(await phasesOf(timeline));
    expect(phaseOf.ofRequest(startSecond + 9, [])).toEqual(['warmup']);
    expect(phaseOf.ofRequest(startSecond + 80, [])).toEqual(['drain']);
  });
});
