import { basename } from 'node:path';
import type { UndoAction } from '../../../harness/contracts/fault.ts';
import { confineTo, groupOf, groupPath, hierarchyOf, type Controller, type Hierarchy } from '../../drivers/cgroup.ts';
import { familyOf, processTable } from '../../drivers/proc.ts';
import type { FaultWorld } from '../../world.ts';

/** The control group of our own in which a target is limited. Its name is the same for all who look, and no other run's. */
interface TargetGroup {
  readonly hierarchy: Hierarchy;
  readonly path: string;
}

const nameOf = (world: FaultWorld, controller: Controller, target: string): string => `gatecrash-${basename(world.workDir)}-${controller}-${target}`;

/** Where it is or would be; throws when the machine has no such controller. */
export function targetGroup(world: FaultWorld, controller: Controller, target: string): TargetGroup {
  const hierarchy = hierarchyOf(controller);
  if (!hierarchy) throw new Error(`no cgroup hierarchy has the controller ${controller}`);
  return { hierarchy, path: groupPath(hierarchy, nameOf(world, controller, target)) };
}

export function undoGroup(world: FaultWorld, controller: Controller, target: string): UndoAction {
  const { hierarchy, path } = targetGroup(world, controller, target);
  return { kind: 'cgroup-remove', group: path, home: groupOf(world.processes.find(target).pid, controller, hierarchy) };
}

/** Moves the target into its group, with all that it started. */
export function confine(world: FaultWorld, controller: Controller, target: string, limit: (path: string, hierarchy: Hierarchy) => void): void {
  confineTo(controller, nameOf(world, controller, target), familyOf(world.processes.find(target).pid, processTable()).map(({ pid }) => pid), limit);
}
