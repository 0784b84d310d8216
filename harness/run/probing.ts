import type { FaultKind } from '../../chaos/faults/fault.ts';
import { faultKinds } from '../../chaos/faults/index.ts';
import type { Canary, FaultWorld } from '../../chaos/world.ts';
import type { Bus } from '../contracts/bus.ts';
import type { PlannedFault } from '../contracts/plan.ts';
import { LOOK_EVERY_MS } from '../contracts/timeline.ts';

/** A fault is verified at ≥ 2 Hz; twice that, so that an edge is seen within a few hundred ms. */
const CANARY_EVERY_MS = 250;
/** The service promises to probe each dependency within 1 s; more than that is a failure to answer. */
const HEALTH_TIMEOUT_MS = 2000;

export interface ProbingDeps {
  readonly bus: Bus;
  readonly apiUrl: string;
  readonly faults: readonly PlannedFault[];
  readonly world: FaultWorld;
}

/** Probes health and Redis, and the canary and the sign of every fault, at a steady rate and tells the bus, until it is disposed. */
export function startProbing({ bus, apiUrl, faults, world }: ProbingDeps): Disposable {
  const stops = [every(LOOK_EVERY_MS, () => probeHealth(bus, apiUrl)), lookAtRedis(world.canary('redis'), bus)];
  // Faults that look the same are looked at once.
  for (const fault of new Map(faults.map((each) => [each.watch, each])).values()) {
    const kind = faultKinds.get(fault.kind);
    if (!kind) throw new Error(`no fault of kind ${fault.kind}`);
    stops.push(lookAt(fault, kind, bus, world), readSign(fault, kind, bus, world));
  }
  return { [Symbol.dispose]: () => stops.forEach((stop) => stop()) };
}

function lookAtRedis(canary: Canary, bus: Bus): () => void {
  const stop = every(LOOK_EVERY_MS, async () => {
    const { ok, latencyMs, detail } = await canary.probe();
    bus.emit('timeline', { tMs: Date.now(), event: 'redis', ok, latencyMs, ...(detail === undefined ? {} : { detail }) });
  });
  return () => {
    stop();
    canary.close();
  };
}

function lookAt(fault: PlannedFault, kind: FaultKind, bus: Bus, world: FaultWorld): () => void {
  const canary = kind.canary?.(fault, world) ?? world.canary(fault.target);
  const stop = every(CANARY_EVERY_MS, async () => {
    const seen = await canary.probe();
    bus.emit('timeline', { tMs: Date.now(), event: 'canary', watch: fault.watch, ok: seen.ok, holds: kind.holds(seen, fault), latencyMs: seen.latencyMs, ...(seen.detail === undefined ? {} : { detail: seen.detail }) });
  });
  return () => {
    stop();
    canary.close();
  };
}

function readSign(fault: PlannedFault, kind: FaultKind, bus: Bus, world: FaultWorld): () => void {
  const sign = kind.sign(fault, world);
  return every(CANARY_EVERY_MS, async () => {
    // What cannot be read is no event: the watch then has no evidence, and the fault is not verified.
    const value = await sign.read().catch(() => null);
    if (value !== null) bus.emit('timeline', { tMs: Date.now(), event: 'sign', watch: fault.watch, value, ...(sign.otherwise && { otherwise: sign.otherwise.read() }) });
  });
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

async function probeHealth(bus: Bus, apiUrl: string): Promise<void> {
  const startMs = performance.now();
  const [health, ready] = await Promise.all([ask(`${apiUrl}/health`), ask(`${apiUrl}/health/ready`)]);
  const ok = health.status === 200;
  const state = stateOf(ready.text);
  bus.emit('timeline', {
    tMs: Date.now(),
    event: 'health',
    ok,
    status: health.status,
    latencyMs: performance.now() - startMs,
    ready: ready.status,
    ...(state === undefined ? {} : { state }),
    ...(ok ? {} : { detail: health.text.slice(0, 200) }),
  });
}

async function ask(url: string): Promise<{ status: number; text: string }> {
  return fetch(url, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) })
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch((error: unknown) => ({ status: 0, text: error instanceof Error ? error.message : String(error) }));
}

/** The word in the answer of /health/ready: READY, DEGRADED, NOT_READY. */
function stateOf(text: string): string | undefined {
  try {
    const { status } = JSON.parse(text) as { status?: unknown };
    return typeof status === 'string' ? status : undefined;
  } catch {
    return undefined;
  }
}
