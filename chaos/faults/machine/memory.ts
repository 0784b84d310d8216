import Type from 'typebox';
import { killedForMemory, limitMemory } from '../../drivers/cgroup.ts';
import { watchfulCanary } from '../../drivers/own-port.ts';
import { faultKind } from '../fault.ts';
import { everyProcess } from '../process/targets.ts';
import { confine, targetGroup, undoGroup } from './group.ts';

/** A process may take no more memory than a little beyond what it has: the kernel ends it as soon as it needs more. */
export const memory = faultKind({
  kind: 'memory',
  family: 'machine',
  summary: 'the kernel ends a process for lack of memory (cgroup); it comes back when its processes are restarted, or with the end of the fault',
  targets: everyProcess,
  promise: 'its open connections are cut, and its port refuses until it was started again',
  params: Type.Object({ headroomKb: Type.Integer({ minimum: 64, maximum: 1_048_576, default: 256, description: 'What it may take beyond what it has, in KiB.' }) }, { additionalProperties: false }),
  machineNeeds: ['cgroup-memory'],
  shows: 'once',
  verifyWithinMs: 30_000,
  goneWithinMs: 40_000,
  takesAway: ({ target }) => [target],
  undo: ({ target }, world) => [{ kind: 'process-start', name: target }, undoGroup(world, 'memory', target)],
  async apply({ target, params }, world) {
    await world.processes.expectEnd(target);
    confine(world, 'memory', target, (path, hierarchy) => limitMemory(hierarchy, path, params.headroomKb * 1024));
  },
  canary: ({ target }, world) => watchfulCanary(world, target),
  holds: (probe) => !probe.ok,
  sign: ({ target }, world) => ({
    what: `processes of ${target} ended for lack of memory, by the kernel`,
    rule: 'grows',
    async read() {
      const { hierarchy, path } = targetGroup(world, 'memory', target);
      return killedForMemory(hierarchy, path);
    },
  }),
});
