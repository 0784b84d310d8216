import type { FaultExample } from '../example.ts';

export const processes: readonly FaultExample[] = [];
