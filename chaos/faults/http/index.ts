import type { FaultKind } from '../fault.ts';

/** Answers of an HTTP server that are wrong or late. */
export const http: readonly FaultKind[] = [];
