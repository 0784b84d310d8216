import type { FaultExample } from '../example.ts';

export const postgres: readonly FaultExample[] = [];
