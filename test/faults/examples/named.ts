import type { FaultExample } from '../example.ts';

export const named: readonly FaultExample[] = [
  { spec: { kind: 'redis-down', target: 'redis' }, inTests: true },
  { spec: { kind: 'broker-loss', target: 'broker-1', duration: '6s' } },
  { spec: { kind: 'pool-exhaustion', target: 'postgres', duration: '6s' } },
];
