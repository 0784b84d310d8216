import type { FaultExample } from '../example.ts';

export const postgres: readonly FaultExample[] = [
  { spec: { kind: 'row-locks', target: 'postgres' } },
  { spec: { kind: 'slow-queries', target: 'postgres' } },
  { spec: { kind: 'commit-lost', target: 'postgres', duration: '6s' }, inTests: true },
  { spec: { kind: 'connections', target: 'postgres', duration: '8s' } },
];
