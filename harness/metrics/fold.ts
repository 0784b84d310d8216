import { ARRIVAL, type StatusClass } from '../contracts/endpoint.ts';
import type { Plan } from '../contracts/plan.ts';
import type { SeriesRow } from '../contracts/series.ts';
import type { TimelineEvent } from '../contracts/timeline.ts';
import { type DocumentedStatuses, statusClass } from './classify.ts';
import type { K6Sample } from './csv.ts';
import { FaultWindows } from './fault-windows.ts';
import { encodeLatencies } from './histogram.ts';
import { Lateness } from './lateness.ts';

/** The samples the fold makes use of. The last five are the script's own (scenarios/lib/metrics.ts). */
export const foldedMetrics: ReadonlySet<string> = new Set([
  'http_reqs',
  'http_req_duration',
  'http_req_blocked',
  'dropped_iterations',
  'iteration_duration',
  'load_begins',
  'scenario_started_ms',
  'arrivals_started',
  'body_check_failed',
  'bodies_looked_at',
]);

export interface FoldOptions {
  readonly documentedStatuses: DocumentedStatuses;
  /** How long a second is held back after it ended, so that its rows and the faults' edges are known (default 2000). */
  readonly holdBackMs?: number;
  /** The client's own timeout: the latency of a request that timed out before it had a connection. */
  readonly requestTimeoutMs: number;
  /** When users are due, and how many generators share the profile. */
  readonly arrivals: { readonly profile: Pick<Plan['load'], 'startPerSecond' | 'stages'>; readonly generators: number };
}

/** What is folded: requests with a latency, and counts without one. */
interface Item {
  readonly generator: number;
  readonly endpoint: string;
  readonly class: StatusClass;
  readonly startMs: number;
  readonly endMs: number;
  readonly count: number;
  readonly latencyUs: number | undefined;
  /** Of a user who arrived. */
  latenessUs?: number;
  /** Of a user who is done: from the arrival on. */
  readonly journeyMs?: number;
}

/** A request whose rows are still coming: k6 writes them one after the other, http_reqs first. */
interface PartialRequest {
  readonly sample: K6Sample;
  durationMs: number | undefined;
}

export interface ClosedSecond {
  readonly second: number;
  readonly rows: readonly SeriesRow[];
  /** false: the second was closed before, and these rows came too late for it */
  readonly first: boolean;
}

/**
 * Folds k6's samples into rows per second. Pure: time comes in with the calls. Memory is bounded by the rate and
 * `holdBackMs`, not by the length of the run.
 *
 * Latency = http_req_blocked + http_req_duration. k6 measures blocked from asking for a connection until having one,
 * which contains connecting and TLS (lib/netext/httpext/tracer.go: gotConn − getConn; measured: connect 0.326 ms inside
 * blocked 0.355 ms); duration is sending + waiting + receiving. The time of a sample is the request's end.
 */
export class Fold {
  readonly #options: FoldOptions;
  readonly #holdBackMs: number;
  readonly #faults = new FaultWindows();
  readonly #lateness: Lateness;
  readonly #partial = new Map<number, PartialRequest>();
  readonly #bySecond = new Map<number, Item[]>();
  /** the next second to close; undefined until there was a sample */
  #nextSecond: number | undefined;
  #closedAny = false;
  /** requests counted so far */
  requests = 0;
  /** answers with 2xx, and how many of them the script says it has looked at */
  acknowledged = 0;
  bodiesLookedAt = 0;
  /** requests that came after their second was closed; they are counted in a further row of that second */
  lateRequests = 0;
  /** requests of which a row was missing: they could not be counted */
  cutRequests = 0;

  constructor(options: FoldOptions) {
    this.#options = options;
    this.#holdBackMs = options.holdBackMs ?? 2000;
    this.#lateness = new Lateness(options.arrivals);
  }

  /** Edges of faults; every other event is ignored. */
  event(event: TimelineEvent): void {
    this.#faults.see(event);
  }

  /** One sample of one generator, in the order in which k6 wrote them. */
  feed(generator: number, sample: K6Sample): void {
    // setup() and teardown() send requests, too; they are not load.
    if (sample.group.startsWith('::setup') || sample.group.startsWith('::teardown')) return;
    switch (sample.metric) {
      case 'http_reqs':
        if (this.#partial.has(generator)) this.cutRequests++;
        this.#partial.set(generator, { sample, durationMs: undefined });
        return;
      case 'http_req_duration': {
        const partial = this.#partial.get(generator);
        if (partial) partial.durationMs = sample.value;
        return;
      }
      case 'http_req_blocked':
        this.#request(generator, sample.value);
        return;
      case 'arrivals_started':
        this.#count(generator, ARRIVAL, '2xx', sample);
        return;
      case 'scenario_started_ms':
        this.#lateness.began(generator, sample.value);
        return;
      case 'iteration_duration':
        this.#hold({ generator, endpoint: ARRIVAL, class: '2xx', startMs: sample.timeMs - sample.value, endMs: sample.timeMs, count: 0, latencyUs: undefined, journeyMs: sample.value });
        return;
      case 'dropped_iterations':
        this.#count(generator, ARRIVAL, 'dropped', sample);
        return;
      case 'body_check_failed':
        this.#count(generator, sample.name, 'bad-body', sample);
        return;
      case 'bodies_looked_at':
        this.bodiesLookedAt += sample.value;
    }
  }

  /** Closes the seconds that ended at least `holdBackMs` before `nowMs`: one entry a second, in order, empty ones included. */
  close(nowMs: number): ClosedSecond[] {
    return this.#closeBefore(Math.floor((nowMs - this.#holdBackMs) / 1000));
  }

  /** The stream has ended: closes everything that is left. */
  end(): ClosedSecond[] {
    this.cutRequests += this.#partial.size;
    this.#partial.clear();
    return this.#closeBefore(Math.max(-1, ...this.#bySecond.keys()) + 1);
  }

  #request(generator: number, blockedMs: number): void {
    const partial = this.#partial.get(generator);
    if (!partial) return;
    this.#partial.delete(generator);
    if (partial.durationMs === undefined) {
      this.cutRequests++;
      return;
    }
    const { timeMs, name, status, errorCode } = partial.sample;
    const outcome = statusClass(name, status, errorCode, this.#options.documentedStatuses);
    let latencyMs = blockedMs + partial.durationMs;
    // k6 reports 0 for a request that never got a connection, though its user waited for the whole timeout.
    if (outcome === 'timeout' && latencyMs === 0) latencyMs = this.#options.requestTimeoutMs;
    this.requests++;
    if (errorCode === 0 && status >= 200 && status < 300) this.acknowledged++;
    if (this.#closedAny && Math.floor(timeMs / 1000) < (this.#nextSecond ?? 0)) this.lateRequests++;
    this.#hold({ generator, endpoint: name, class: outcome, startMs: timeMs - latencyMs, endMs: timeMs, count: 1, latencyUs: Math.round(latencyMs * 1000) });
  }

  #count(generator: number, endpoint: string, outcome: StatusClass, sample: K6Sample): void {
    this.#hold({ generator, endpoint, class: outcome, startMs: sample.timeMs, endMs: sample.timeMs, count: sample.value, latencyUs: undefined });
  }

  #hold(item: Item): void {
    const second = Math.floor(item.endMs / 1000);
    const items = this.#bySecond.get(second);
    if (items) items.push(item);
    else this.#bySecond.set(second, [item]);
    // Until the first second is closed, an earlier one may still come: rows are not strictly in the order of time.
    if (!this.#closedAny) this.#nextSecond = Math.min(this.#nextSecond ?? second, second);
  }

  #closeBefore(end: number): ClosedSecond[] {
    const next = this.#nextSecond;
    if (next === undefined) return [];
    const late = [...this.#bySecond.keys()].filter((second) => second < Math.min(next, end)).sort((a, b) => a - b);
    const closed = late.map((second) => ({ second, rows: this.#take(second), first: false }));
    for (let second = next; second < end; second++) closed.push({ second, rows: this.#take(second), first: true });
    if (end > next) {
      this.#nextSecond = end;
      this.#closedAny = true;
    }
    return closed;
  }

  #take(second: number): SeriesRow[] {
    const items = this.#bySecond.get(second) ?? [];
    this.#bySecond.delete(second);
    return this.#rows(second, items);
  }

  #rows(second: number, items: readonly Item[]): SeriesRow[] {
    this.#noteLateness(items);
    const groups = new Map<string, { faults: readonly string[]; items: Item[] }>();
    for (const item of items) {
      const faults = this.#faults.overlapping(item.startMs, item.endMs);
      const key = `${item.generator}\n${item.endpoint}\n${item.class}\n${faults.join()}`;
      const group = groups.get(key);
      if (group) group.items.push(item);
      else groups.set(key, { faults, items: [item] });
    }
    return [...groups.values()].map((group) => seriesRow(second, group.faults, group.items));
  }

  /** Who was dropped was due as well. */
  #noteLateness(items: readonly Item[]): void {
    const arrived = items.filter(({ endpoint, count }) => endpoint === ARRIVAL && count > 0).toSorted((a, b) => a.endMs - b.endMs);
    for (const item of arrived) {
      for (let one = 0; one < item.count; one++) {
        const lateMs = this.#lateness.next(item.generator, item.endMs);
        if (item.class === '2xx' && lateMs !== undefined) item.latenessUs = Math.round(lateMs * 1000);
      }
    }
  }
}

function seriesRow(second: number, faults: readonly string[], items: readonly Item[]): SeriesRow {
  const { generator, endpoint, class: outcome } = items[0] as Item;
  const latenciesUs = items.flatMap((item) => item.latencyUs ?? []);
  const latenessesUs = items.flatMap((item) => item.latenessUs ?? []);
  const journeysMs = items.flatMap((item) => item.journeyMs ?? []);
  return {
    second,
    generator,
    endpoint,
    class: outcome,
    faults: [...faults],
    count: items.reduce((sum, item) => sum + item.count, 0),
    ...(latenciesUs.length > 0 && { histogram: encodeLatencies(latenciesUs) }),
    ...(latenessesUs.length > 0 && { lateness: encodeLatencies(latenessesUs) }),
    ...(journeysMs.length > 0 && { journeys: { ended: journeysMs.length, ms: Math.round(journeysMs.reduce((sum, ms) => sum + ms, 0)) } }),
  };
}
