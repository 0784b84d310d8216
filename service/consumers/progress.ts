/** How far behind a group is in one partition; topics as the brokers name them. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly lag: number;
  /** where the group would begin after a restart */
  readonly committed: number;
}

interface Seen {
  readonly committed: number;
  readonly lag: number;
  sinceMs: number;
}

/** Tells a consumer that has gone silent from one that has nothing to do: messages wait for it and none is taken. */
export class Progress {
  #assigned: Readonly<Record<string, readonly number[]>> = {};
  readonly #seen = new Map<string, Seen>();

  /** A new consumer: nothing is known of it. */
  begin(): void {
    this.#assigned = {};
    this.#seen.clear();
  }

  /** Which partitions are its own; those of other members are their business. */
  assigned(partitions: Readonly<Record<string, readonly number[]>>): void {
    this.#assigned = partitions;
    this.#seen.clear();
  }

  moved(topic: string, partition: number, nowMs: number): void {
    const seen = this.#seen.get(`${topic} ${partition}`);
    if (seen) seen.sinceMs = nowMs;
  }

  /** One of its own partitions where messages have waited for `staleMs` without any being committed. */
  stuck(lags: readonly PartitionLag[], nowMs: number, staleMs: number): PartitionLag | undefined {
    return lags.find((at) => {
      const key = `${at.topic} ${at.partition}`;
      const before = this.#seen.get(key);
      const waited = at.lag > 0 && before !== undefined && before.lag > 0 && before.committed === at.committed;
      if (waited && this.#assigned[at.topic]?.includes(at.partition)) return nowMs - before.sinceMs >= staleMs;
      this.#seen.set(key, { committed: at.committed, lag: at.lag, sinceMs: nowMs });
      return false;
    });
  }
}
