import type { FaultExample } from '../example.ts';

export const kafka: readonly FaultExample[] = [];
