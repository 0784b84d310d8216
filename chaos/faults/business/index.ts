import type { FaultKind } from '../fault.ts';

/** Failures of the business around the service. */
export const business: readonly FaultKind[] = [];
