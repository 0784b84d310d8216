import type { ResourceRow } from '../contracts/resources.ts';
import type { ProcessReading } from './proc.ts';
import { type Readers, usageOf, type Watched } from './usage.ts';

interface Before {
  readonly pid: number;
  readonly startTicks: string;
  readonly cpuSeconds: number;
}

/** Turns readings of /proc into rows, one for each process that runs. */
export class Sampler {
  readonly #readers: Readers | undefined;
  readonly #before = new Map<string, Before>();

  constructor(readers?: Readers) {
    this.#readers = readers;
  }

  rows(second: number, watched: readonly Watched[], table: readonly ProcessReading[]): ResourceRow[] {
    return watched.flatMap((one) => {
      const usage = usageOf(one, table, this.#readers);
      return usage ? [{ second, process: one.name, ...usage, cpuSeconds: this.#grown(one, usage.cpuSeconds) }] : [];
    });
  }

  /**
   * CPU of one process never shrinks. A child that ends while the table is read may be seen twice or not at all, and
   * readers take a smaller value for a restart: the largest so far stands until the next reading has it right.
   */
  #grown({ name, pid, startTicks }: Watched, read: number): number {
    const before = this.#before.get(name);
    const same = before?.pid === pid && before.startTicks === startTicks;
    const cpuSeconds = same ? Math.max(before.cpuSeconds, read) : read;
    this.#before.set(name, { pid, startTicks, cpuSeconds });
    return cpuSeconds;
  }
}
