import type { FaultExample } from '../example.ts';

export const business: readonly FaultExample[] = [];
