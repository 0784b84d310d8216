import type { FaultExample } from '../example.ts';

export const network: readonly FaultExample[] = [];
