import type { FaultExample } from '../example.ts';

export const redis: readonly FaultExample[] = [];
