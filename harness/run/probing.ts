import type { Bus } from '../contracts/bus.ts';
import type { Canary } from '../targets/ticketing/probes.ts';

/** A fault is verified at ≥ 2 Hz; twice that, so that an edge is seen within a few hundred ms. */
const CANARY_EVERY_MS = 250;
/** Detection is stated with this resolution. */
const HEALTH_EVERY_MS = 500;
/** The service promises to probe each dependency within 1 s; more than that is a failure to answer. */
const HEALTH_TIMEOUT_MS = 2000;

export interface ProbingDeps {
  readonly bus: Bus;
  readonly healthUrl: string;
  /** One canary for each target of a fault. */
  readonly canaries: ReadonlyMap<string, Canary>;
  /** The service's own counter of failed calls to a target; null when it cannot be read. */
  readCounter(target: string): Promise<number | null>;
}

/** Probes health and every canary at a steady rate and tells the bus, until it is disposed. */
export function startProbing({ bus, healthUrl, canaries, readCounter }: ProbingDeps): Disposable {
  const timers = [every(HEALTH_EVERY_MS, () => probeHealth(bus, healthUrl))];
  for (const [target, canary] of canaries) {
    timers.push(
      every(CANARY_EVERY_MS, async () => {
        const seen = await canary.probe();
        bus.emit('timeline', { tMs: Date.now(), event: 'canary', target, ok: seen.ok, latencyMs: seen.latencyMs, ...(seen.detail === undefined ? {} : { detail: seen.detail }) });
      }),
      every(CANARY_EVERY_MS, async () => {
        // An unreadable counter is no event: the watch then has no evidence, and the fault is not verified.
        const errorsTotal = await readCounter(target);
        if (errorsTotal !== null) bus.emit('timeline', { tMs: Date.now(), event: 'counter', target, errorsTotal });
      }),
    );
  }
  return {
    [Symbol.dispose]: () => {
      timers.forEach((stop) => stop());
      canaries.forEach((canary) => canary.close());
    },
  };
}

/** Calls `task` every `periodMs`, never twice at once: a slow call skips beats. */
function every(periodMs: number, task: () => Promise<void>): () => void {
  let busy = false;
  let stopped = false;
  const beat = async (): Promise<void> => {
    if (busy || stopped) return;
    busy = true;
    try {
      await task();
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void beat(), periodMs);
  void beat();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}

async function probeHealth(bus: Bus, url: string): Promise<void> {
  const startMs = performance.now();
  const seen = await fetch(url, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) })
    .then(async (response) => ({ status: response.status, detail: await response.text() }))
    .catch((error: unknown) => ({ status: 0, detail: error instanceof Error ? error.message : String(error) }));
  const ok = seen.status === 200;
  bus.emit('timeline', { tMs: Date.now(), event: 'health', ok, status: seen.status, latencyMs: performance.now() - startMs, ...(ok ? {} : { detail: seen.detail.slice(0, 200) }) });
}
