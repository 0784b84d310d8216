import { stripVTControlCharacters, styleText } from 'node:util';
import { decodeLatencies, LatencyCounts } from '../../reports/stats/histogram.ts';
import type { Bus } from '../contracts/bus.ts';
import { badClasses } from '../contracts/endpoint.ts';
import type { Plan } from '../contracts/plan.ts';
import type { SeriesRow } from '../contracts/series.ts';
import type { TimelineEvent } from '../contracts/timeline.ts';

export interface LiveOptions {
  readonly plan: Plan;
  readonly out: NodeJS.WriteStream;
}

/** Prints one line for each second of load: redrawn on a terminal, one below the other elsewhere. */
export function startLive(bus: Bus, { plan, out }: LiveOptions): Disposable {
  let second = emptySecond();
  let loadStartMs: number | undefined;
  // The rows of a second come when it is long over: what is shown beside them is what held then.
  const news: { tMs: number; show(): void }[] = [];
  let health = '–';
  const faults = new Map<string, string>();

  const onSeries = (row: SeriesRow): void => {
    const bad = badClasses.has(row.class);
    if (row.histogram !== undefined) {
      second.requests += row.count;
      second.latency.merge(decodeLatencies(row.histogram));
    }
    if (bad) second.bad += row.count;
  };
  const onTimeline = (event: TimelineEvent): void => {
    if (event.event === 'load-start') loadStartMs = event.tMs;
    if (event.event === 'health') news.push({ tMs: event.tMs, show: () => (health = event.ok ? 'up' : `degraded (${event.status || 'no answer'})`) });
    const state = faultStates[event.event];
    if (state !== undefined && 'fault' in event) news.push({ tMs: event.tMs, show: () => void faults.set(event.fault, state) });
  };
  const onSecond = (closed: number): void => {
    while (news[0] && news[0].tMs < (closed + 1) * 1000) news.shift()?.show();
    const line = lineOf(plan, second, closed, loadStartMs, health, faults);
    if (out.isTTY) out.write(`\r\x1b[2K${clip(line, out.columns ?? 120)}`);
    else out.write(`${stripVTControlCharacters(line)}\n`);
    second = emptySecond();
  };
  bus.on('series', onSeries).on('timeline', onTimeline).on('second-closed', onSecond);
  return {
    [Symbol.dispose]: () => {
      bus.off('series', onSeries).off('timeline', onTimeline).off('second-closed', onSecond);
      if (out.isTTY) out.write('\n');
    },
  };
}

const faultStates: Partial<Record<TimelineEvent['event'], string>> = {
  'fault-apply': 'applying',
  'fault-verified': 'ON, verified',
  'fault-not-verified': 'NOT VERIFIED',
  'fault-undo': 'undone',
  'fault-gone': 'gone, verified',
  'fault-not-gone': 'NOT GONE',
};

interface Second {
  requests: number;
  bad: number;
  readonly latency: LatencyCounts;
}

const emptySecond = (): Second => ({ requests: 0, bad: 0, latency: new LatencyCounts() });

function lineOf(plan: Plan, { requests, bad, latency }: Second, closed: number, loadStartMs: number | undefined, health: string, faults: ReadonlyMap<string, string>): string {
  const atMs = loadStartMs === undefined ? 0 : Math.max(0, (closed + 1) * 1000 - loadStartMs);
  const p95Us = latency.quantile(0.95);
  const p95 = p95Us === null ? '–' : `${(p95Us / 1000).toFixed(0)} ms`;
  const errors = `${bad} errors`;
  return [
    `${`${Math.floor(atMs / 1000)} s`.padStart(5)} / ${plan.load.durationMs / 1000} s`,
    phaseAt(plan, atMs).padEnd(18),
    `${requests} req/s`.padStart(10),
    `p95 ${p95}`.padEnd(12),
    (bad > 0 ? styleText('red', errors) : errors).padEnd(10),
    `health ${health}`,
    ...[...faults].map(([id, state]) => styleText(state.startsWith('NOT') ? 'red' : 'yellow', `${id}: ${state}`)),
  ].join('  ');
}

/** The phase by plan; the real edges are only known afterwards. */
function phaseAt(plan: Plan, atMs: number): string {
  if (atMs < plan.load.warmupMs) return 'warmup';
  if (atMs >= plan.load.durationMs) return 'drain';
  const fault = plan.faults.find(({ atMs: from, durationMs }) => atMs >= from && atMs < from + durationMs);
  if (fault) return `fault:${fault.id}`;
  return plan.faults.some(({ atMs: from, durationMs }) => atMs >= from + durationMs) ? 'recovery' : 'steady';
}

/** Cuts a line to the width of the terminal; colours count as nothing. */
function clip(line: string, columns: number): string {
  return stripVTControlCharacters(line).length < columns ? line : stripVTControlCharacters(line).slice(0, columns - 1);
}
