import type { FaultExample } from '../example.ts';

export const redis: readonly FaultExample[] = [
  { spec: { kind: 'out-of-memory', target: 'redis' } },
  { spec: { kind: 'blocked', target: 'redis', duration: '6s' } },
  { spec: { kind: 'flushed', target: 'redis' } },
  { spec: { kind: 'read-only', target: 'redis' } },
  { spec: { kind: 'aof-corrupt', target: 'redis' } },
];
