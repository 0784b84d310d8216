import { randomBytes } from 'node:crypto';
import { planFaults, stackNeeds } from '../../chaos/timeline.ts';
import { parseAbortWhen } from '../contracts/abort-when.ts';
import { durationMs } from '../contracts/duration.ts';
import type { Experiment } from '../contracts/experiment.ts';
import { SCHEMA_VERSION } from '../contracts/run-header.ts';
import { defaultTopology, type Plan } from '../contracts/plan.ts';
import { gatecrashVersion } from '../root.ts';
import type { LoadedExperiment } from './experiment.ts';

export interface PlanOptions {
  readonly runId: string;
  /** Everything that is left to chance comes from it. */
  readonly seed: number;
  /** Up to so many runs are looked at until one decides. */
  readonly looks?: number;
  /** User arrivals per second at the peak; the experiment's when left out. */
  readonly ratePerSecond?: number;
  readonly documentedStatuses: Plan['documentedStatuses'];
  readonly pollingEndpoints: readonly string[];
}

/** What a service under load needs that differs from what is shipped; an experiment may say otherwise. */
export const loadSettings = {
  // The load names its users itself; that the service is on the loopback of a test machine is the second switch.
  AUTH_MODE: 'trust',
  ALLOW_INSECURE: 'true',
  // All load comes from one address.
  RATE_LIMITS: 'off',
  // Canaries of faults ask operations four times a second.
  ADMIN_RATE_PER_MINUTE: '10000',
} as const;

/**
 * What the scripts of this project are asked to write into the history beside what users do: own reservations looked at
 * by a fifth of the buyers, a tenth of the seat maps. A plan that has them promises them to the audit; 0 takes one away.
 */
const sampledReads = { ownReadShare: 0.2, seatReadShare: 0.1 };
const ownScripts = 'scenarios/';

/** Share of the peak rate that arrives before the sale opens. */
const WARMUP_SHARE = 0.2;
/** The opening: the rate rises to its peak within this last part of the warm-up. */
const OPENING_MS = 1000;

/** Decides everything about a run before anything is touched. Pure. */
export function planRun({ file, experiment, sla }: LoadedExperiment, options: PlanOptions): Plan {
  const { load } = experiment;
  const { looks = 1 } = options;
  const ratePerSecond = options.ratePerSecond ?? load.ratePerSecond;
  const profile = arrivalProfile(ratePerSecond, durationMs(load.warmup), durationMs(load.duration), load.surge && { atMs: durationMs(load.surge.at), durationMs: durationMs(load.surge.duration), factor: load.surge.factor });
  return {
    schemaVersion: SCHEMA_VERSION,
    runId: options.runId,
    gatecrashVersion,
    experiment: { name: experiment.name, file, title: experiment.title, hypothesis: experiment.hypothesis },
    seed: options.seed,
    ...(looks > 1 && { looks }),
    command: `npx gatecrash run ${file} --rate ${ratePerSecond} --seed ${options.seed}${looks > 1 ? ` --looks ${looks}` : ''}`,
    load: {
      script: load.script,
      ratePerSecond,
      warmupMs: durationMs(load.warmup),
      durationMs: durationMs(load.duration),
      drainMs: durationMs(load.drain),
      vusMax: Math.ceil(load.vusMax * Math.max(1, ratePerSecond / load.ratePerSecond)),
      settings: { ...(load.script.startsWith(ownScripts) && sampledReads), ...load.settings },
      ...profile,
      generators: [{ index: 0, segment: '0:1', sequence: '0,1' }],
    },
    stack: { ...defaultTopology, ...experiment.stack, extras: stackNeeds(experiment) },
    service: { ...loadSettings, ...settingsOf(experiment) },
    dataset: { ...experiment.dataset },
    faults: planFaults(experiment, options.seed),
    sla: { name: sla.name, objectives: [...sla.objectives] },
    budget: experiment.budget ?? null,
    abortWhen: experiment.abortWhen === undefined ? null : (parseAbortWhen(experiment.abortWhen) ?? null),
    detectWithinMs: durationMs(experiment.detectWithin),
    recoverWithinMs: durationMs(experiment.recoverWithin),
    stabilityWindowMs: durationMs(experiment.stabilityWindow),
    audit: experiment.audit === 'none' ? null : experiment.audit,
    documentedStatuses: options.documentedStatuses,
    pollingEndpoints: [...options.pollingEndpoints],
  };
}

/** The settings of the service that an experiment names, as the environment has them. */
export function settingsOf({ service }: Experiment): Record<string, string> {
  return Object.fromEntries(Object.entries(service ?? {}).map(([name, value]) => [name, String(value)]));
}

/** Many more arrivals for a while, in ms from the start of the load. */
export interface Surge {
  readonly atMs: number;
  readonly durationMs: number;
  readonly factor: number;
}

/** Quiet before the opening, the jump, then the rush, with a surge in it when one is asked for. */
export function arrivalProfile(ratePerSecond: number, warmupMs: number, durationTotalMs: number, surge?: Surge): Pick<Plan['load'], 'startPerSecond' | 'stages' | 'arrivalsPlanned'> {
  const quiet = ratePerSecond * WARMUP_SHARE;
  const openingMs = Math.min(OPENING_MS, warmupMs);
  const rush = (durationMs: number): Stage => ({ durationMs, targetPerSecond: ratePerSecond });
  const stages = [
    { durationMs: warmupMs - openingMs, targetPerSecond: quiet },
    rush(openingMs),
    ...(surge ? [rush(surge.atMs - warmupMs), ...surgeStages(ratePerSecond, surge), rush(durationTotalMs - surge.atMs - surge.durationMs)] : [rush(durationTotalMs - warmupMs)]),
  ].filter((stage) => stage.durationMs > 0);
  const arrivalsPlanned = stages.reduce(
    ({ area, from }, stage) => ({ area: area + ((from + stage.targetPerSecond) / 2) * (stage.durationMs / 1000), from: stage.targetPerSecond }),
    { area: 0, from: quiet },
  ).area;
  return { startPerSecond: quiet, stages, arrivalsPlanned: Math.round(arrivalsPlanned) };
}

type Stage = Plan['load']['stages'][number];

/** Up, on top, and down again. */
function surgeStages(ratePerSecond: number, { durationMs, factor }: Surge): Stage[] {
  const edgeMs = Math.min(OPENING_MS, durationMs / 3);
  const top = ratePerSecond * factor;
  return [
    { durationMs: edgeMs, targetPerSecond: top },
    { durationMs: durationMs - 2 * edgeMs, targetPerSecond: top },
    { durationMs: edgeMs, targetPerSecond: ratePerSecond },
  ];
}

/** "20261121-013000-opening-redis-down-1a2b": sorts by time and names the experiment. */
export function newRunId(name: string, now: Date = new Date()): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${name}-${randomBytes(2).toString('hex')}`;
}
