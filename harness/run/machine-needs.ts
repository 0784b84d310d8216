import { readFileSync, rmdirSync } from 'node:fs';
import type { MachineNeed } from '../../chaos/faults/fault.ts';
import { faultKinds } from '../../chaos/faults/index.ts';
import { limitCpu, limitMemory, makeGroup, type Controller } from '../../chaos/drivers/cgroup.ts';
import { UsageError, type Problem } from '../contracts/fail.ts';
import type { PlannedFault } from '../contracts/plan.ts';
import { fileOnPath } from '../setup/paths.mjs';

/** Says what is missing, as the end of "needs …"; undefined when the machine can. */
export type Ability = () => string | undefined;

/** Refuses faults that this machine cannot make, before anything is started: a UsageError that names each. */
export function assertMachineCan(faults: readonly Pick<PlannedFault, 'id' | 'kind'>[], abilities: Readonly<Record<MachineNeed, Ability>> = machine): void {
  const problems = unmetNeeds(faults, abilities);
  if (problems.length > 0) throw new UsageError(problems);
}

export function unmetNeeds(faults: readonly Pick<PlannedFault, 'id' | 'kind'>[], abilities: Readonly<Record<MachineNeed, Ability>> = machine): Problem[] {
  return faults.flatMap(({ id, kind }) =>
    (faultKinds.get(kind)?.machineNeeds ?? []).flatMap((need) => {
      const lack = abilities[need]();
      return lack === undefined ? [] : [{ key: `fault ${id}`, message: `${kind} needs ${lack}`, fix: 'run it on another machine, or without this fault' }];
    }),
  );
}

/** Numbers of capabilities(7). */
const CAP_NET_ADMIN = 12;
const CAP_SYS_ADMIN = 21;

const isRoot = (): boolean => process.getuid?.() === 0;

/** Whether this process may do what the capability is for; not asked by the user's id, which in a container says little. */
function may(capability: number): boolean {
  try {
    const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    return ((BigInt(`0x${effective}`) >> BigInt(capability)) & 1n) === 1n;
  } catch {
    return false;
  }
}

/** Tried, for nothing else tells: a group is made, limited and removed. */
function cgroup(controller: Controller): string | undefined {
  if (!isRoot()) return `root (for a cgroup that limits ${controller})`;
  try {
    const { hierarchy, path } = makeGroup(controller, `gatecrash-try-${process.pid}`);
    try {
      if (controller === 'cpu') limitCpu(hierarchy, path, 1);
      else limitMemory(hierarchy, path, 1 << 30);
    } finally {
      rmdirSync(path);
    }
    return undefined;
  } catch (error) {
    return `a cgroup that limits ${controller}, which this machine does not allow: ${(error as Error).message}`;
  }
}

const machine: Readonly<Record<MachineNeed, Ability>> = {
  root: () => (isRoot() ? undefined : 'root'),
  'cgroup-cpu': () => cgroup('cpu'),
  'cgroup-memory': () => cgroup('memory'),
  mount: () => (isRoot() && may(CAP_SYS_ADMIN) && fileOnPath('mount', process.env) !== undefined ? undefined : 'to mount a small file system (root with CAP_SYS_ADMIN, and the program mount)'),
  'network-namespace': () =>
    may(CAP_SYS_ADMIN) && may(CAP_NET_ADMIN) && ['ip', 'unshare', 'nsenter'].every((file) => fileOnPath(file, process.env) !== undefined) ? undefined : 'a network namespace (root with CAP_SYS_ADMIN and CAP_NET_ADMIN, and the programs ip, unshare and nsenter)',
};
