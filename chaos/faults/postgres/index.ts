import type { FaultKind } from '../fault.ts';

/** What PostgreSQL itself can do to the service. */
export const postgres: readonly FaultKind[] = [];
