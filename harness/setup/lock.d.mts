export interface LockOptions {
  /** Called once, with the holder's pid, when the lock is held by another process. */
  readonly onWait?: (pid: number) => void;
  /** Default 15 min. */
  readonly timeoutMs?: number;
}

/** Runs `work` while holding a lock that excludes other processes of this machine; a dead holder's lock is taken over. */
export declare function withLock<T>(path: string, work: () => Promise<T>, options?: LockOptions): Promise<T>;
