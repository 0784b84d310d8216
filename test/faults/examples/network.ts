import type { FaultExample } from '../example.ts';

/** At each target: what shows a fault differs. */
export const network: readonly FaultExample[] = [
  { spec: { kind: 'down', target: 'postgres' } },
  { spec: { kind: 'down', target: 'gateway' } },
  { spec: { kind: 'down', target: 'broker-2', duration: '6s' } },
  { spec: { kind: 'down', target: 'api' } },
  { spec: { kind: 'hang', target: 'redis' } },
  { spec: { kind: 'hang', target: 'postgres', duration: '6s' } },
  { spec: { kind: 'hang', target: 'gateway', duration: '6s' } },
  { spec: { kind: 'hang', target: 'broker-1', duration: '10s' } },
  { spec: { kind: 'hang', target: 'api', duration: '9s' } },
  { spec: { kind: 'latency', target: 'redis' }, inTests: true },
  { spec: { kind: 'latency', target: 'postgres', params: { direction: 'both' } } },
  { spec: { kind: 'latency', target: 'gateway', params: { latencyMs: 300, jitterPercent: 20 } } },
  { spec: { kind: 'latency', target: 'broker-3', duration: '6s' } },
  { spec: { kind: 'latency', target: 'api' } },
];
