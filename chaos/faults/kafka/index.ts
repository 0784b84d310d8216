import type { FaultKind } from '../fault.ts';

/** What brokers and messages can do to the service. */
export const kafka: readonly FaultKind[] = [];
