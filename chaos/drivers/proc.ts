import { readdirSync, readFileSync } from 'node:fs';

/** One process as /proc tells it. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly state: string;
  /** field 22 of /proc/PID/stat: clock ticks from boot to its start */
  readonly startTicks: string;
}

/** What /proc says about a process; undefined when there is none of that pid. */
export function processInfo(pid: number): ProcessInfo | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name in parentheses may hold spaces and parentheses itself: count from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, state: fields[0] ?? '?', parentPid: Number(fields[1]), groupId: Number(fields[2]), startTicks: fields[19] ?? '' };
}

/** pid and start time still belong to the same, running process; one that only waits to be reaped is gone. */
export function isAlive(handle: { readonly pid: number; readonly startTicks: string }): boolean {
  const info = processInfo(handle.pid);
  return info !== undefined && info.startTicks === handle.startTicks && info.state !== 'Z' && info.state !== 'X';
}

/** All running processes of the machine. */
export function processTable(): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map((name) => processInfo(Number(name)))
    .filter((info) => info !== undefined)
    .filter((info) => info.state !== 'Z' && info.state !== 'X');
}

/** The process, all its descendants, and the members of its group, as far as they run in `table`. */
export function familyOf(leaderPid: number, table: readonly ProcessInfo[]): ProcessInfo[] {
  const members = new Set<number>([leaderPid]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const info of table) {
      if (members.has(info.pid) || !(info.groupId === leaderPid || members.has(info.parentPid))) continue;
      members.add(info.pid);
      grown = true;
    }
  }
  return table.filter((info) => members.has(info.pid));
}

/** Running processes whose environment at start held `NAME=value`; those of other users are not visible unless we are root. */
export function processesMarked(name: string, value: string): ProcessInfo[] {
  const marker = `${name}=${value}`;
  return processTable().filter((info) => {
    try {
      return readFileSync(`/proc/${info.pid}/environ`, 'latin1').split('\0').includes(marker);
    } catch {
      return false;
    }
  });
}
