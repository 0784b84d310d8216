import Type from 'typebox';
import { grows } from '../../signs.ts';
import type { Canary, FaultWorld, Probe } from '../../world.ts';
import { faultKind } from '../fault.ts';
import { brokers } from './brokers.ts';

const BOTH = 'both are away';

/** Two of three brokers die: no quorum, so nothing is elected and nothing acknowledged until one of them is back. */
export const brokersLost = faultKind({
  kind: 'brokers-lost',
  family: 'kafka',
  summary: 'two of three brokers are killed (SIGKILL): the quorum is gone, nothing is acknowledged until they are started again',
  targets: brokers,
  promise: 'neither of the two answers',
  params: Type.Object({ also: Type.Union(brokers.map((name) => Type.Literal(name)), { description: 'the other broker', default: 'broker-2' }) }, { additionalProperties: false }),
  verifyWithinMs: 20_000,
  goneWithinMs: 60_000,
  takesAway: ({ target, params }) => [target, params.also],
  alsoHits: ({ params }) => [params.also],
  undo: ({ target, params }) => [target, params.also].map((name) => ({ kind: 'process-start', name }) as const),
  apply: async ({ target, params }, { processes }) => void (await Promise.all([target, params.also].map((name) => processes.signal(name, 'SIGKILL')))),
  canary: ({ target, params }, world) => canaryOfBoth(world, [target, params.also]),
  holds: (probe) => probe.detail === BOTH,
  sign: (_fault, world) => grows(world, 'tries to publish an event that were not acknowledged', { name: 'events_publish_failures_total', combine: 'sum' }),
});

function canaryOfBoth(world: FaultWorld, names: readonly string[]): Canary {
  const canaries = names.map((name) => world.canary(name));
  return {
    async probe(): Promise<Probe> {
      const probes = await Promise.all(canaries.map((canary) => canary.probe()));
      const latencyMs = Math.max(...probes.map((probe) => probe.latencyMs));
      const failed = probes.filter(({ ok }) => !ok);
      if (failed.length === 0) return { ok: true, latencyMs };
      return { ok: false, latencyMs, detail: failed.length === probes.length ? BOTH : `one of them: ${failed[0]?.detail ?? 'no answer'}` };
    },
    close: () => canaries.forEach((canary) => canary.close()),
  };
}
