/** How much a Node process may keep, and where it leaves what it kept when that was not enough. */
export interface HeapLimit {
  readonly heapMb: number;
  /** Existing folder for Heap.*.heapsnapshot. */
  readonly snapshotDir: string;
}

/** Arguments of every Node process of the stack. */
export const nodeArgs = ({ heapMb, snapshotDir }: HeapLimit): string[] => [
  // kafkajs computes a negative delay now and then, which Node 26 warns about on standard error; it does no harm.
  '--disable-warning=TimeoutNegativeWarning',
  `--max-old-space-size=${heapMb}`,
  // One snapshot, shortly before the limit: by it one sees who kept the memory.
  '--heapsnapshot-near-heap-limit=1',
  `--diagnostic-dir=${snapshotDir}`,
];
