import type { FaultKind } from '../fault.ts';

/** Ends, stops and restarts of processes. */
export const processes: readonly FaultKind[] = [];
