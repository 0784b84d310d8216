import type { FaultKind } from '../fault.ts';

/** What the machine can do to a process. */
export const machine: readonly FaultKind[] = [];
