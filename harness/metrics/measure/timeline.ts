import type { ArtefactStream } from '../../contracts/run-folder.ts';
import type { TimelineEvent } from '../../contracts/timeline.ts';

export interface Edges {
  applyMs: number | null;
  verifiedMs: number | null;
  undoMs: number | null;
  goneMs: number | null;
  /** fault-not-gone: the window ends here, though the fault did not */
  notGoneMs: number | null;
  verifiedEvidence: string | null;
  goneEvidence: string | null;
  lags: string | null;
  sign: { readonly what: string; readonly rule: 'grows' | { readonly reaches: number }; readonly otherwise?: string } | null;
}

export const noEdges: Edges = { applyMs: null, verifiedMs: null, undoMs: null, goneMs: null, notGoneMs: null, verifiedEvidence: null, goneEvidence: null, lags: null, sign: null };

/** A look at a fault's target; normal: it answered and showed nothing of the fault. */
export interface Look {
  readonly tMs: number;
  readonly normal: boolean;
  readonly holds: boolean;
}

export interface SignReading {
  readonly tMs: number;
  readonly value: number;
  /** of who tells it when the second witness is silent */
  readonly otherwise: number | undefined;
}

export interface HealthProbe {
  readonly tMs: number;
  readonly ok: boolean;
  readonly status: number;
  /** of /health/ready; undefined in runs made before it was recorded */
  readonly ready: number | undefined;
  readonly state: string | undefined;
  readonly latencyMs: number;
}

export interface RedisLook {
  readonly tMs: number;
  readonly ok: boolean;
  readonly latencyMs: number;
}

/** The timeline, sorted into what the measurements need. Probes: about ten small entries per second. */
export interface TimelineSeen {
  loadStartMs: number | null;
  plannedMs: number | null;
  loadEndMs: number | null;
  drainEndMs: number | null;
  drained: boolean | null;
  aborted: string | null;
  readonly edges: Map<string, Edges>;
  readonly health: HealthProbe[];
  readonly redis: RedisLook[];
  /** by watch */
  readonly canaries: Map<string, Look[]>;
  readonly signs: Map<string, SignReading[]>;
  readonly generatorExits: Map<number, { readonly code: number | null; readonly signal: string | null }>;
  samples: { readonly requests: number; readonly lost: number; readonly acknowledged?: number; readonly lookedAt?: number } | null;
  readonly unplannedExits: { process: string; tMs: number; detail: string }[];
}

/** Reads the whole timeline. Of an edge that is there twice, the first counts. */
export function readTimeline(timeline: ArtefactStream<TimelineEvent>): TimelineSeen {
  const seen: TimelineSeen = {
    loadStartMs: null,
    plannedMs: null,
    loadEndMs: null,
    drainEndMs: null,
    drained: null,
    aborted: null,
    edges: new Map(),
    health: [],
    redis: [],
    canaries: new Map(),
    signs: new Map(),
    generatorExits: new Map(),
    samples: null,
    unplannedExits: [],
  };
  for (const event of timeline.rows()) take(seen, event);
  return seen;
}

function take(seen: TimelineSeen, event: TimelineEvent): void {
  switch (event.event) {
    case 'load-start':
      seen.loadStartMs ??= event.tMs;
      seen.plannedMs ??= event.plannedMs;
      return;
    case 'load-end':
      seen.loadEndMs ??= event.tMs;
      return;
    case 'drain-end':
      seen.drainEndMs ??= event.tMs;
      seen.drained ??= event.drained;
      return;
    case 'abort':
      seen.aborted ??= event.why;
      return;
    case 'health':
      seen.health.push({ tMs: event.tMs, ok: event.ok, status: event.status, ready: event.ready, state: event.state, latencyMs: event.latencyMs });
      return;
    case 'redis':
      seen.redis.push({ tMs: event.tMs, ok: event.ok, latencyMs: event.latencyMs });
      return;
    case 'canary':
      listOf(seen.canaries, event.watch).push({ tMs: event.tMs, normal: event.ok && !event.holds, holds: event.holds });
      return;
    case 'sign':
      listOf(seen.signs, event.watch).push({ tMs: event.tMs, value: event.value, otherwise: event.otherwise });
      return;
    case 'generator-exit':
      seen.generatorExits.set(event.generator, { code: event.code, signal: event.signal ?? null });
      if (!event.planned) seen.unplannedExits.push({ process: `k6-${event.generator}`, tMs: event.tMs, detail: exitText(event) });
      return;
    case 'samples':
      seen.samples ??= event;
      return;
    case 'process-exit':
      if (!event.planned) seen.unplannedExits.push({ process: event.process, tMs: event.tMs, detail: exitText(event) });
      return;
    case 'process-start':
    case 'note':
    case 'fault-not-verified':
    case 'fault-step':
      return;
    default:
      takeEdge(seen, event);
  }
}

function takeEdge(seen: TimelineSeen, event: Extract<TimelineEvent, { event: 'fault-apply' | 'fault-verified' | 'fault-undo' | 'fault-gone' | 'fault-not-gone' }>): void {
  const edges = seen.edges.get(event.fault) ?? { ...noEdges };
  seen.edges.set(event.fault, edges);
  switch (event.event) {
    case 'fault-apply':
      edges.applyMs ??= event.tMs;
      edges.sign ??= event.sign ?? null;
      return;
    case 'fault-verified':
      edges.verifiedMs ??= event.tMs;
      edges.verifiedEvidence ??= event.evidence;
      return;
    case 'fault-undo':
      edges.undoMs ??= event.tMs;
      return;
    case 'fault-gone':
      edges.goneMs ??= event.tMs;
      edges.goneEvidence ??= event.evidence;
      edges.lags ??= event.lags ?? null;
      return;
    case 'fault-not-gone':
      edges.notGoneMs ??= event.tMs;
  }
}

function listOf<K, V>(map: Map<K, V[]>, key: K): V[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}

const exitText = ({ code, signal }: { code: number | null; signal?: string }): string => (signal === undefined ? `exit code ${code ?? 'unknown'}` : `ended by ${signal}`);
