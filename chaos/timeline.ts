import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { Value } from 'typebox/value';
import { durationMs } from '../harness/contracts/duration.ts';
import type { Experiment, FaultSpec } from '../harness/contracts/experiment.ts';
import type { PlannedFault } from '../harness/contracts/plan.ts';
import type { FaultKind, Shows, StackNeed } from './faults/fault.ts';
import { faultKinds } from './faults/index.ts';

/** Share of the looks that must show a fault while it holds; of those that show partly or once, one look is enough. */
const canaryShareMin: Readonly<Record<Shows, number>> = { always: 0.9, partly: 0, once: 0 };

/**
 * The faults of an experiment in the order in which they will be applied: random moments drawn, repetitions and ramps
 * written out, defaults filled in. Pure: the same seed gives the same timeline. The experiment has been checked.
 */
export function planFaults(experiment: Pick<Experiment, 'faults' | 'recoverWithin'>, seed: number): PlannedFault[] {
  const random = xoroshiro128plus(seed);
  return experiment.faults
    .flatMap((spec) => occurrences(spec, (from, to) => uniformInt(random, from, to), durationMs(spec.recoverWithin ?? experiment.recoverWithin)))
    .toSorted((a, b) => a.atMs - b.atMs || a.id.localeCompare(b.id));
}

/** What the stack must be started with for these faults. */
export function stackNeeds({ faults }: Pick<Experiment, 'faults'>): StackNeed[] {
  return [...new Set(faults.flatMap(({ kind }) => faultKinds.get(kind)?.stackNeeds ?? []))].toSorted();
}

/** When a fault is applied, ms from the start of the load, and when it may be at the latest. */
export function startOf({ at }: Pick<FaultSpec, 'at'>): { readonly fromMs: number; readonly toMs: number } {
  return typeof at === 'string' ? { fromMs: durationMs(at), toMs: durationMs(at) } : { fromMs: durationMs(at.from), toMs: durationMs(at.to) };
}

/** The parameters of a fault with the defaults of its kind. */
export const paramsOf = (kind: FaultKind, params: FaultSpec['params']): PlannedFault['params'] => Value.Default(kind.params, structuredClone(params ?? {})) as PlannedFault['params'];

/** Whether health has to change under it. */
export const isDetected = ({ expect }: Pick<FaultSpec, 'expect'>): boolean => expect?.health !== 'up' && expect?.health !== 'any';

function occurrences(spec: FaultSpec, draw: (from: number, to: number) => number, recoverWithinMs: number): PlannedFault[] {
  const kind = faultKinds.get(spec.kind);
  if (!kind) throw new RangeError(`no fault of kind ${spec.kind}`);
  const { fromMs, toMs } = startOf(spec);
  const firstMs = fromMs === toMs ? fromMs : draw(fromMs, toMs);
  const { times, every } = spec.repeat ?? { times: 1, every: '0s' };
  const params = paramsOf(kind, spec.params);
  const steps = rampSteps(spec, params);
  return Array.from({ length: times }, (_none, index) => ({
    id: times === 1 ? spec.id : `${spec.id}-${index + 1}`,
    kind: spec.kind,
    target: spec.target,
    promise: kind.promise,
    atMs: firstMs + index * durationMs(every),
    durationMs: durationMs(spec.duration),
    params: { ...params, ...steps[0]?.params },
    steps: steps.slice(1),
    watch: `${spec.kind} ${spec.target}${Object.keys(params).length > 0 ? ` ${JSON.stringify(params)}` : ''}`,
    canaryShareMin: canaryShareMin[kind.shows ?? 'always'],
    ...(kind.takesAway && { takesAway: [...kind.takesAway({ target: spec.target, params })] }),
    detects: index === 0 && isDetected(spec),
    recovers: index === times - 1,
    recoverWithinMs,
    expect: spec.expect ?? {},
    ...(spec.runbook === undefined ? {} : { runbook: spec.runbook }),
  }));
}

/** The strengths of a ramp, the first one included; none without a ramp. */
function rampSteps({ ramp, duration }: FaultSpec, params: PlannedFault['params']): PlannedFault['steps'] {
  if (!ramp) return [];
  const to = Number(params[ramp.param]);
  return Array.from({ length: ramp.steps }, (_none, index) => ({
    afterMs: Math.round((index * durationMs(duration)) / ramp.steps),
    params: { ...params, [ramp.param]: ramp.from + ((to - ramp.from) * index) / (ramp.steps - 1) },
  }));
}
