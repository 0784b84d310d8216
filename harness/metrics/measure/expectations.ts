import type { Expectation } from '../../contracts/experiment.ts';
import type { FaultMeasurement } from '../../contracts/measurements.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { ResourceRow } from '../../contracts/resources.ts';
import { isService } from '../../contracts/service-processes.ts';
import type { HealthProbe } from './timeline.ts';

type Expected = FaultMeasurement['expectations'][number];
type Breaker = NonNullable<Expectation['breakers']>[number];
type Metric = NonNullable<Expectation['metrics']>[number];

/** A window in epoch ms: from apply to gone; `endMs`: the end of the load, when everything is to be as before. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly endMs: number;
}

/** The metrics that the expectations of a plan are about, without labels; the sampler must keep them. */
export function expectedMetrics({ faults }: Pick<Plan, 'faults'>): string[] {
  return faults.flatMap(({ expect }) => (expect.metrics ?? []).map(({ metric }) => metric.replace(/\{.*$/, '')));
}

/** What was expected to be seen beyond the objectives, against the readings of the service. Memory: some numbers a second. */
export class Expectations {
  readonly #wanted: (series: string) => boolean;
  /** by series, then by process, in the order of the seconds */
  readonly #readings = new Map<string, Map<string, { second: number; value: number }[]>>();

  constructor(plan: Pick<Plan, 'faults'>) {
    const names = new Set(expectedMetrics(plan));
    this.#wanted = (series) => series.startsWith('breaker_') || names.has(series.replace(/\{.*$/, ''));
  }

  add({ process, second, gauges = {} }: ResourceRow): void {
    if (!isService(process)) return;
    for (const [series, value] of Object.entries(gauges)) {
      if (!this.#wanted(series)) continue;
      const byProcess = this.#readings.get(series) ?? new Map<string, { second: number; value: number }[]>();
      this.#readings.set(series, byProcess);
      const readings = byProcess.get(process) ?? [];
      byProcess.set(process, readings);
      readings.push({ second, value });
    }
  }

  /** One row for each expectation of a fault; met is null when it could not be told. */
  rows({ health, breakers = [], metrics = [] }: Expectation, window: Window | null, probes: readonly HealthProbe[]): Expected[] {
    if (window === null) return [];
    return [...(health === undefined || health === 'any' ? [] : [healthRow(health, window, probes)]), ...breakers.map((breaker) => this.#breakerRow(breaker, window)), ...metrics.map((metric) => this.#metricRow(metric, window))];
  }

  #breakerRow({ dependency, opens, on = 'any' }: Breaker, window: Window): Expected {
    const opened = new Map([...(this.#readings.get(`breaker_opens_total{dependency="${dependency}"}`) ?? [])].map(([process, readings]) => [process, change(readings, window)]));
    const seen = on === 'any' || on === 'all' ? [...opened] : [...opened].filter(([process]) => process === on);
    const known = seen.filter(([, growth]) => growth !== null);
    const open = known.filter(([, growth]) => (growth ?? 0) > 0).map(([process]) => process);
    const what = `the breaker of ${dependency} ${opens ? 'opens' : 'stays closed'}${on === 'any' ? '' : ` on ${on === 'all' ? 'all processes' : on}`}`;
    if (known.length === 0) return { what, met: null, saw: 'it was not read' };
    const met = opens ? (on === 'all' ? open.length === seen.length : open.length > 0) : open.length === 0;
    const stuck = opens ? this.#openAt(dependency, window.endMs).filter((process) => open.includes(process)) : [];
    if (stuck.length > 0) return { what: `${what}, and closes again`, met: false, saw: `it had not closed on ${stuck.join(', ')} when the load ended` };
    return { what, met, saw: open.length === 0 ? 'it opened nowhere' : `it opened on ${open.join(', ')}` };
  }

  /** Processes whose breaker was open, or half open, by their last two readings before `endMs`: one may be a slow call. */
  #openAt(dependency: string, endMs: number): string[] {
    const states = this.#readings.get(`breaker_state{dependency="${dependency}"}`) ?? new Map<string, { second: number; value: number }[]>();
    const last = (readings: readonly { second: number; value: number }[]) => readings.filter(({ second }) => (second + 1) * 1000 <= endMs).slice(-2);
    return [...states].filter(([, readings]) => last(readings).length > 0 && last(readings).every(({ value }) => value > 0)).map(([process]) => process);
  }

  #metricRow({ metric, moves, to }: Metric, window: Window): Expected {
    const what = moves === 'stays' ? `${metric} does not grow` : `${metric} grows${to === undefined ? '' : ` to ${to} or more`}`;
    const changes = [...this.#readings].filter(([series]) => series === metric || (!metric.includes('{') && series.startsWith(`${metric}{`))).flatMap(([, byProcess]) => [...byProcess.values()].map((readings) => change(readings, window)));
    const known = changes.filter((growth) => growth !== null);
    if (known.length === 0) return { what, met: null, saw: 'it was not read' };
    const growth = known.reduce((sum, each) => sum + each, 0);
    const met = moves === 'stays' ? growth <= 0 : to === undefined ? growth > 0 : growth >= to;
    return { what, met, saw: `it grew by ${Number(growth.toFixed(1))}` };
  }
}

/** By how much the highest reading in the window is above the last one before it (above 0 when there is none); null without a reading in it. */
function change(readings: readonly { second: number; value: number }[], { fromMs, toMs }: Window): number | null {
  const before = readings.findLast(({ second }) => (second + 1) * 1000 <= fromMs);
  const inside = readings.filter(({ second }) => (second + 1) * 1000 > fromMs && second * 1000 <= toMs);
  return inside.length === 0 ? null : Math.max(...inside.map(({ value }) => value)) - (before?.value ?? 0);
}

const worst = ['up', 'degraded', 'down'] as const;
type State = (typeof worst)[number];

/** By what the service says to a load balancer, which reads the status and no body: another one than 200 is down whatever the words, and so is no answer. */
const stateOf = ({ ok, state, ready = 200 }: HealthProbe): State => (ready !== 200 ? 'down' : state === 'READY' && ok ? 'up' : state === 'READY' || state === 'DEGRADED' ? 'degraded' : 'down');

function healthRow(health: State, { fromMs, toMs }: Window, probes: readonly HealthProbe[]): Expected {
  const seen = new Set(probes.filter(({ tMs }) => tMs >= fromMs && tMs <= toMs).map(stateOf));
  const what = health === 'up' ? 'health stays up' : `health says ${health}`;
  if (seen.size === 0) return { what, met: null, saw: 'there was no probe' };
  return { what, met: worst.findLast((state) => seen.has(state)) === health, saw: `it said ${worst.filter((state) => seen.has(state)).join(', ')}` };
}
