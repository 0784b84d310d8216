import Type from 'typebox';
import { limitCpu, throttled } from '../../drivers/cgroup.ts';
import { processCanary } from '../../drivers/own-port.ts';
import { faultKind } from '../fault.ts';
import { everyProcess } from '../process/targets.ts';
import { confine, targetGroup, undoGroup } from './group.ts';

/** Longer than a look takes at a process that gets its CPU; one that is held up waits for the rest of a period of 100 ms. */
const HELD_UP_MS = 40;

/** A process gets no more than a share of one core. Burners beside it would take the load generator's time as well. */
export const cpu = faultKind({
  kind: 'cpu',
  family: 'machine',
  summary: 'a process gets only a share of one core (cgroup)',
  targets: everyProcess,
  promise: `some answers take longer than ${HELD_UP_MS} ms or do not come, for the kernel holds it up`,
  params: Type.Object({ coreShare: Type.Number({ minimum: 0.01, maximum: 1, default: 0.05, description: 'Share of one core, for the process and all it starts.' }) }, { additionalProperties: false }),
  machineNeeds: ['cgroup-cpu'],
  shows: 'partly',
  verifyWithinMs: 15_000,
  goneWithinMs: 30_000,
  undo: ({ target }, world) => [undoGroup(world, 'cpu', target)],
  apply: async ({ target, params }, world) => confine(world, 'cpu', target, (path, hierarchy) => limitCpu(hierarchy, path, params.coreShare)),
  async change({ target, params }, world) {
    const { hierarchy, path } = targetGroup(world, 'cpu', target);
    limitCpu(hierarchy, path, params.coreShare);
  },
  canary: ({ target }, world) => processCanary(world, target),
  holds: (probe) => !probe.ok || probe.latencyMs >= HELD_UP_MS,
  sign: ({ target }, world) => ({ what: `periods in which ${target} was held up, by the kernel`, rule: 'grows', read: async () => throttled(targetGroup(world, 'cpu', target).path) }),
});
