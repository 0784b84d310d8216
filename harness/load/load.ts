import { join } from 'node:path';
import type { Bus } from '../contracts/bus.ts';
import type { Plan } from '../contracts/plan.ts';
import { artefacts } from '../contracts/run-folder.ts';
import type { TimelineEvent } from '../contracts/timeline.ts';
import type { K6Sample } from '../metrics/csv.ts';
import { type ClosedSecond, Fold } from '../metrics/fold.ts';
import type { ProcessExit, ProcessHandle, Supervisor } from '../supervisor/api.ts';
import { type Generator, startGenerator } from './generator.ts';
import { mergeHistory } from './history.ts';
import { fifoPath, generatorName, generatorSpec, historyLog, type K6Paths, REQUEST_TIMEOUT_MS } from './k6-command.ts';

/** k6 sets its virtual users up before the load begins; thousands take seconds. */
const START_MS_MAX = 60_000;
/** How long a k6 may take to end after its last user had to. */
const END_MS_MAX = 15_000;
const TICK_MS = 200;

export interface LoadOptions extends K6Paths {
  readonly plan: Plan;
  /** Base URL for the scripts: the api through its proxy. */
  readonly apiUrl: string;
  readonly supervisor: Supervisor;
  readonly bus: Bus;
}

export interface LoadResult {
  readonly exits: readonly ProcessExit[];
  readonly requests: number;
  /** rows of the sample stream that could not be read or counted; not 0 after a crash of k6 */
  readonly lostRows: number;
  /** requests whose second was closed already when they came */
  readonly lateRequests: number;
}

export interface Load {
  readonly generators: readonly ProcessHandle[];
  /** Epoch ms at which the load began (the event load-start); null when all generators ended before. */
  readonly started: Promise<number | null>;
  /** Resolves when all generators are gone, their samples folded and the history is written. */
  readonly done: Promise<LoadResult>;
  /** Ends the load early, as planned: resolves with `done`. */
  stop(): Promise<void>;
}

/**
 * Starts the generators of a plan and folds their samples to the bus until they have ended. Emits load-start (with the
 * time of the first sample), generator-exit, load-end (when no one arrives any more; users may still finish), and
 * `series` with `second-closed`. Rejects when a generator cannot be started; the others are stopped then.
 */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const run = new LoadRun(options);
  await run.start();
  return run;
}

class LoadRun implements Load {
  readonly #options: LoadOptions;
  readonly #fold: Fold;
  readonly #running: Generator[] = [];
  readonly #started = Promise.withResolvers<number | null>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly started = this.#started.promise;
  /** set by start(), before anyone has the object */
  done!: Promise<LoadResult>;
  #startMs: number | undefined;
  #arrivalsOver = false;
  #overdue = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#fold = new Fold({ documentedStatuses: options.plan.documentedStatuses, requestTimeoutMs: REQUEST_TIMEOUT_MS, arrivals: { profile: options.plan.load, generators: options.plan.load.generators.length } });
  }

  get generators(): readonly ProcessHandle[] {
    return this.#running.map(({ handle }) => handle);
  }

  async start(): Promise<void> {
    const { plan, apiUrl, supervisor, bus, workDir } = this.#options;
    bus.on('timeline', this.#onTimeline);
    const starting = await Promise.allSettled(
      plan.load.generators.map(async (generator) => {
        const { index } = generator;
        const spec = generatorSpec(plan, generator, apiUrl, this.#options);
        const onSample = (sample: K6Sample): void => this.#sample(index, sample);
        this.#running.push(await startGenerator({ supervisor, spec, fifo: fifoPath(workDir, index), onSample, onExit: (exit) => this.#exit(index, exit) }));
      }),
    );
    this.done = this.#finish();
    const failed = starting.find((result) => result.status === 'rejected');
    if (failed) {
      await this.stop();
      throw failed.reason;
    }
    this.#after(START_MS_MAX, () => this.#startMs === undefined && this.#stopOverdue(`no sample ${START_MS_MAX / 1000} s after k6 was started`));
  }

  async stop(): Promise<void> {
    const { plan, supervisor } = this.#options;
    await Promise.all(plan.load.generators.map(({ index }) => supervisor.stop(generatorName(index))));
    await this.done;
  }

  readonly #onTimeline = (event: TimelineEvent): void => this.#fold.event(event);

  #sample(generator: number, sample: K6Sample): void {
    if (this.#startMs === undefined) this.#begin(sample.timeMs);
    this.#fold.feed(generator, sample);
  }

  #begin(startMs: number): void {
    const { bus, plan } = this.#options;
    const { durationMs, drainMs } = plan.load;
    this.#startMs = startMs;
    bus.emit('timeline', { tMs: startMs, event: 'load-start', plannedMs: durationMs });
    this.#started.resolve(startMs);
    const elapsedMs = Date.now() - startMs;
    // A timer may fire a millisecond early by the wall clock; the load is not over before its planned end.
    this.#after(durationMs - elapsedMs, () => this.#endArrivals(Math.max(Date.now(), startMs + durationMs)));
    const endMs = durationMs + drainMs + END_MS_MAX;
    this.#after(endMs - elapsedMs, () => this.#stopOverdue(`k6 still ran ${endMs / 1000} s after the load began`));
    const ticking = setInterval(() => this.#emit(this.#fold.close(Date.now())), TICK_MS);
    this.#timers.add(ticking);
  }

  #endArrivals(tMs: number): void {
    if (this.#arrivalsOver) return;
    this.#arrivalsOver = true;
    this.#options.bus.emit('timeline', { tMs, event: 'load-end' });
  }

  #exit(generator: number, { code, signal, planned, tMs }: ProcessExit): void {
    // Half a second of grace: k6 may be quicker than its clock says, an exit is told at once.
    const complete = code === 0 && this.#startMs !== undefined && tMs >= this.#startMs + this.#options.plan.load.durationMs - 500;
    this.#options.bus.emit('timeline', {
      tMs,
      event: 'generator-exit',
      generator,
      code,
      ...(signal !== null && { signal }),
      planned: complete || (planned && !this.#overdue),
    });
  }

  #stopOverdue(why: string): void {
    this.#overdue = true;
    this.#note(`stopped the load: ${why}`);
    // The exit is told by generator-exit, and a supervisor that is lost is told by the supervisor.
    this.stop().catch((error: unknown) => this.#note(`k6 could not be stopped: ${String(error)}`));
  }

  async #finish(): Promise<LoadResult> {
    const { plan, bus, runDir } = this.#options;
    const ends = await Promise.all(this.#running.map(({ done }) => done));
    for (const timer of this.#timers) clearTimeout(timer);
    this.#emit(this.#fold.end());
    bus.off('timeline', this.#onTimeline);
    if (this.#startMs !== undefined) this.#endArrivals(Date.now());
    this.#started.resolve(null);
    const lostRows = ends.reduce((sum, { malformedRows }) => sum + malformedRows, this.#fold.cutRequests);
    bus.emit('timeline', { tMs: Date.now(), event: 'samples', requests: this.#fold.requests, lost: lostRows, acknowledged: this.#fold.acknowledged, lookedAt: this.#fold.bodiesLookedAt });
    if (this.#fold.lateRequests > 0) this.#note(`${this.#fold.lateRequests} requests came after their second was closed`);
    await mergeHistory(plan.load.generators.map(({ index }) => historyLog(runDir, index)), join(runDir, artefacts.history), plan.runId).catch((error: unknown) =>
      this.#note(`the history could not be written: ${(error as Error).message}`),
    );
    return { exits: ends.map(({ exit }) => exit), requests: this.#fold.requests, lostRows, lateRequests: this.#fold.lateRequests };
  }

  #emit(closed: readonly ClosedSecond[]): void {
    const { bus } = this.#options;
    for (const { second, rows, first } of closed) {
      for (const row of rows) bus.emit('series', row);
      if (first) bus.emit('second-closed', second);
    }
  }

  #note(text: string): void {
    this.#options.bus.emit('timeline', { tMs: Date.now(), event: 'note', text });
  }

  #after(ms: number, action: () => void): void {
    this.#timers.add(setTimeout(action, Math.max(0, ms)));
  }
}
