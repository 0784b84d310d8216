import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { ProcessInfo } from '../../chaos/drivers/proc.ts';

/** USER_HZ, the unit of CPU time in /proc: 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** A process with the CPU it used. */
export interface ProcessReading extends ProcessInfo {
  /** CPU seconds of its own threads */
  readonly ownCpuSeconds: number;
  /** the same, and of the children that ended and that it waited for */
  readonly cpuSeconds: number;
  readonly threads: number;
}

/** Resident memory of a process, in bytes. */
export interface Resident {
  readonly privateBytes: number;
  /** of files and shared memory: other processes may hold the same pages */
  readonly sharedBytes: number;
}

/**
 * All processes of the machine, those included that only wait to be reaped: the CPU time of such a child is not yet in
 * its parent's. Empty when /proc cannot be listed.
 */
export function readProcesses(): ProcessReading[] {
  return (names('/proc') ?? []).filter((name) => /^[0-9]+$/.test(name)).flatMap((pid) => readProcess(Number(pid)) ?? []);
}

/** undefined when there is none of that pid. */
export function readProcess(pid: number): ProcessReading | undefined {
  const text = content(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(pid, text);
}

/** /proc/PID/stat, see proc_pid_stat(5). */
export function parseStat(pid: number, text: string): ProcessReading {
  // The name in parentheses may hold spaces and parentheses itself: count from the last one, which ends field 2.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): string => fields[number - 3] ?? '';
  const ticks = (...numbers: number[]): number => numbers.reduce((sum, number) => sum + Number(field(number)), 0);
  return {
    pid,
    state: field(3),
    parentPid: Number(field(4)),
    groupId: Number(field(5)),
    startTicks: field(22),
    ownCpuSeconds: ticks(14, 15) / TICKS_PER_SECOND,
    cpuSeconds: ticks(14, 15, 16, 17) / TICKS_PER_SECOND,
    threads: Number(field(20)),
  };
}

/** undefined when the process is gone, or only waits to be reaped. */
export function readResident(pid: number): Resident | undefined {
  const text = content(`/proc/${pid}/status`);
  return text === undefined ? undefined : parseResident(text);
}

/** /proc/PID/status; in kibibytes, whatever the size of a page. */
export function parseResident(status: string): Resident | undefined {
  const anonymous = kibibytes(status, 'RssAnon');
  if (anonymous === undefined) return undefined;
  return { privateBytes: anonymous, sharedBytes: (kibibytes(status, 'RssFile') ?? 0) + (kibibytes(status, 'RssShmem') ?? 0) };
}

/**
 * Open descriptors; undefined when the process is gone or belongs to someone we may not look at. Linux 6.2 and later say it
 * as the size of the folder (proc_pid_fd(5)); before, the size is 0 and they have to be listed, which takes longer the more there are.
 */
export function readDescriptors(pid: number): number | undefined {
  const folder = `/proc/${pid}/fd`;
  return size(folder) || names(folder)?.length;
}

/** A line "Name:   123 kB", in bytes. */
export function kibibytes(text: string, name: string): number | undefined {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text);
  return found ? Number(found[1]) * 1024 : undefined;
}

/** A file of /proc; undefined when there is none or it may not be read. */
export function content(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function size(path: string): number | undefined {
  try {
    return statSync(path).size;
  } catch {
    return undefined;
  }
}

function names(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch {
    return undefined;
  }
}
