import type { FaultKind } from '../fault.ts';

/** Faults of the path between the service and what it needs, by Toxiproxy. */
export const network: readonly FaultKind[] = [];
