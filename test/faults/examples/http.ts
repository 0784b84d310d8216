import type { FaultExample } from '../example.ts';

export const http: readonly FaultExample[] = [];
