import type { FaultKind } from '../fault.ts';
import { httpErrors } from './http-errors.ts';
import { httpLatency } from './http-latency.ts';

/** Answers of an HTTP server that are wrong or late. */
export const http: readonly FaultKind[] = [httpErrors, httpLatency];
