import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type Controller = 'cpu' | 'memory';

/** Where a controller is mounted, and in which of the two versions. */
export interface Hierarchy {
  readonly version: 1 | 2;
  readonly mount: string;
  /** which part of the whole hierarchy is seen there; "/" outside of containers */
  readonly root: string;
}

const REMOVE_WITHIN_MS = 3000;

/** The hierarchy that has this controller; undefined when there is none. */
export function hierarchyOf(controller: Controller): Hierarchy | undefined {
  const mounts = parseMounts(readFileSync('/proc/self/mountinfo', 'utf8'));
  const second = mounts.find(({ type, mount }) => type === 'cgroup2' && content(join(mount, 'cgroup.controllers')).split(/\s/).includes(controller));
  if (second) return { version: 2, mount: second.mount, root: second.root };
  const first = mounts.find(({ type, options }) => type === 'cgroup' && options.includes(controller));
  return first && { version: 1, mount: first.mount, root: first.root };
}

interface Mount {
  readonly root: string;
  readonly mount: string;
  readonly type: string;
  /** of the file system itself: for version 1 they name the controllers */
  readonly options: readonly string[];
}

/** Pure: lines of /proc/PID/mountinfo, see proc_pid_mountinfo(5). */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root, mount] = left.split(' ');
    const [type, , options = ''] = right.split(' ');
    return root === undefined || mount === undefined || type === undefined ? [] : [{ root: unescaped(root), mount: unescaped(mount), type, options: options.split(',') }];
  });
}

/** Blanks and the like are written in octal there. */
const unescaped = (path: string): string => path.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Makes a group without limits; one of that name is used again. Throws when the machine does not allow it. */
export function makeGroup(controller: Controller, name: string): { readonly hierarchy: Hierarchy; readonly path: string } {
  const hierarchy = hierarchyOf(controller);
  if (!hierarchy) throw new Error(`no cgroup hierarchy has the controller ${controller}`);
  if (hierarchy.version === 2) writeFileSync(join(hierarchy.mount, 'cgroup.subtree_control'), `+${controller}`);
  const path = groupPath(hierarchy, name);
  mkdirSync(path, { recursive: true });
  return { hierarchy, path };
}

export const groupPath = ({ mount }: Hierarchy, name: string): string => join(mount, name);

/** The folder of the group a process is in. */
export function groupOf(pid: number, controller: Controller, { version, mount, root }: Hierarchy): string {
  const line = readFileSync(`/proc/${pid}/cgroup`, 'utf8')
    .split('\n')
    .find((each) => (version === 2 ? each.startsWith('0::') : each.split(':')[1]?.split(',').includes(controller)));
  const path = line?.split(':').slice(2).join(':') ?? '/';
  return join(mount, root !== '/' && path.startsWith(root) ? path.slice(root.length) : path);
}

/** Moves processes with all their threads; one that has ended is left out. */
export function moveTo(group: string, pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      writeFileSync(join(group, 'cgroup.procs'), String(pid));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Makes a group, limits it, and only then moves processes into it. */
export function confineTo(controller: Controller, name: string, pids: readonly number[], limit: (path: string, hierarchy: Hierarchy) => void): void {
  const { hierarchy, path } = makeGroup(controller, name);
  limit(path, hierarchy);
  moveTo(path, pids);
}

/** At most this share of one core, for all of the group together. */
export function limitCpu({ version }: Hierarchy, group: string, share: number): void {
  const periodUs = 100_000;
  // The kernel takes no quota below 1 ms.
  const quotaUs = Math.max(1000, Math.round(share * periodUs));
  if (version === 2) writeFileSync(join(group, 'cpu.max'), `${quotaUs} ${periodUs}`);
  else {
    writeFileSync(join(group, 'cpu.cfs_period_us'), String(periodUs));
    writeFileSync(join(group, 'cpu.cfs_quota_us'), String(quotaUs));
  }
}

/** At most so much, counted from when the processes came into the group. */
export function limitMemory({ version }: Hierarchy, group: string, bytes: number): void {
  writeFileSync(join(group, version === 2 ? 'memory.max' : 'memory.limit_in_bytes'), String(bytes));
}

/** How often the kernel held the group up for its share; 0 when there is no such group. */
export const throttled = (group: string): number => fieldOf(content(join(group, 'cpu.stat')), 'nr_throttled');

/** How many processes of the group the kernel has ended for lack of memory; 0 when there is no such group. */
export const killedForMemory = ({ version }: Hierarchy, group: string): number => fieldOf(content(join(group, version === 2 ? 'memory.events' : 'memory.oom_control')), 'oom_kill');

/** Gives back who is in the group and removes it. Nothing when it is not there. */
export async function removeGroup(group: string, home: string): Promise<void> {
  for (const endMs = performance.now() + REMOVE_WITHIN_MS; existsSync(group); await sleep(20)) {
    // What a process started meanwhile is in the group, too.
    moveTo(existsSync(home) ? home : join(group, '..'), content(join(group, 'cgroup.procs')).split('\n').filter(Boolean).map(Number));
    try {
      return rmdirSync(group);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || performance.now() >= endMs) throw error;
    }
  }
}

const fieldOf = (text: string, name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);

function content(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
