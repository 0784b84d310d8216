import type { FaultKind } from '../fault.ts';

/** What Redis itself can do to the service. */
export const redis: readonly FaultKind[] = [];
