import type { ResourceRow } from '../contracts/resources.ts';
import { familyOf } from '../../chaos/drivers/proc.ts';
import { type ProcessReading, readDescriptors, readResident } from './proc.ts';

/** A process to watch. `family`: with its descendants and the members of its group; the harness and the supervisor are watched alone. */
export interface Watched {
  readonly name: string;
  readonly pid: number;
  /** field 22 of /proc/PID/stat: a pid may have been taken over by another process */
  readonly startTicks: string;
  readonly family: boolean;
}

export type Usage = Required<Pick<ResourceRow, 'cpuSeconds' | 'threads'>> & Pick<ResourceRow, 'memoryBytes' | 'descriptors'>;

/** How memory and descriptors of one process are read; /proc outside of tests. */
export interface Readers {
  readonly resident: typeof readResident;
  readonly descriptors: typeof readDescriptors;
}

/**
 * What a process and its family use; undefined when it is gone. Pages that a family shares are counted once, with what
 * its largest member has of them: PostgreSQL's buffers would otherwise count for each connection.
 */
export function usageOf(watched: Watched, table: readonly ProcessReading[], readers: Readers = { resident: readResident, descriptors: readDescriptors }): Usage | undefined {
  const leader = table.find(({ pid }) => pid === watched.pid);
  if (leader === undefined || leader.startTicks !== watched.startTicks || !isRunning(leader)) return undefined;
  if (!watched.family) return { cpuSeconds: leader.ownCpuSeconds, threads: leader.threads, ...held([leader], readers) };
  const pids = new Set(familyOf(leader.pid, table).map(({ pid }) => pid));
  const family = table.filter(({ pid }) => pids.has(pid));
  const running = family.filter(isRunning);
  return { cpuSeconds: sum(family.map(({ cpuSeconds }) => cpuSeconds)), threads: sum(running.map(({ threads }) => threads)), ...held(running, readers) };
}

const isRunning = ({ state }: ProcessReading): boolean => state !== 'Z' && state !== 'X';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** A member that ended since the table was read is left out; one that may not be looked at makes the sum unknown. */
function held(members: readonly ProcessReading[], { resident, descriptors }: Readers): Pick<Usage, 'memoryBytes' | 'descriptors'> {
  const present = members.flatMap(({ pid }) => {
    const memory = resident(pid);
    return memory ? [{ memory, descriptors: descriptors(pid) }] : [];
  });
  if (present.length === 0) return {};
  const counts = present.flatMap((one) => one.descriptors ?? []);
  return {
    memoryBytes: sum(present.map(({ memory }) => memory.privateBytes)) + Math.max(...present.map(({ memory }) => memory.sharedBytes)),
    ...(counts.length === present.length && { descriptors: sum(counts) }),
  };
}
