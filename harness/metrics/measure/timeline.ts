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
}

export interface Probe {
  readonly tMs: number;
  readonly ok: boolean;
}

export interface HealthProbe extends Probe {
  readonly status: number;
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
  readonly canaries: Map<string, Probe[]>;
  readonly counters: Map<string, { readonly tMs: number; readonly errorsTotal: number }[]>;
  readonly generatorExits: Map<number, { readonly code: number | null; readonly signal: string | null }>;
  readonly unplannedExits: { process: string; tMs: number; detail: string }[];
}

/** Reads the whole timeline. Of an edge that is there twice, the first counts. */
export async function readTimeline(timeline: ArtefactStream<TimelineEvent>): Promise<TimelineSeen> {
  const seen: TimelineSeen = {
    loadStartMs: null,
    plannedMs: null,
    loadEndMs: null,
    drainEndMs: null,
    drained: null,
    aborted: null,
    edges: new Map(),
    health: [],
    canaries: new Map(),
    counters: new Map(),
    generatorExits: new Map(),
    unplannedExits: [],
  };
  for await (const event of timeline.rows()) take(seen, event);
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
      seen.health.push({ tMs: event.tMs, ok: event.ok, status: event.status, latencyMs: event.latencyMs });
      return;
    case 'canary':
      listOf(seen.canaries, event.target).push({ tMs: event.tMs, ok: event.ok });
      return;
    case 'counter':
      listOf(seen.counters, event.target).push({ tMs: event.tMs, errorsTotal: event.errorsTotal });
      return;
    case 'generator-exit':
      seen.generatorExits.set(event.generator, { code: event.code, signal: event.signal ?? null });
      if (!event.planned) seen.unplannedExits.push({ process: `k6-${event.generator}`, tMs: event.tMs, detail: exitText(event) });
      return;
    case 'process-exit':
      if (!event.planned) seen.unplannedExits.push({ process: event.process, tMs: event.tMs, detail: exitText(event) });
      return;
    case 'process-start':
    case 'note':
    case 'fault-not-verified':
      return;
    default:
      takeEdge(seen, event);
  }
}

function takeEdge(seen: TimelineSeen, event: Extract<TimelineEvent, { event: 'fault-apply' | 'fault-verified' | 'fault-undo' | 'fault-gone' | 'fault-not-gone' }>): void {
  const edges = seen.edges.get(event.fault) ?? { applyMs: null, verifiedMs: null, undoMs: null, goneMs: null, notGoneMs: null, verifiedEvidence: null, goneEvidence: null };
  seen.edges.set(event.fault, edges);
  switch (event.event) {
    case 'fault-apply':
      edges.applyMs ??= event.tMs;
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
