import type { FaultExample } from '../example.ts';

export const machine: readonly FaultExample[] = [];
