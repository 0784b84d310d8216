import type { FaultExample } from '../example.ts';

export const kafka: readonly FaultExample[] = [
  { spec: { kind: 'poison-message', target: 'kafka' } },
  { spec: { kind: 'duplicate-delivery', target: 'kafka' } },
  { spec: { kind: 'consumer-paused', target: 'consumer', duration: '20s' }, replicas: 2 },
  { spec: { kind: 'leader-move', target: 'broker-2', duration: '20s' } },
  { spec: { kind: 'broker-kill', target: 'broker-1', duration: '15s' } },
  { spec: { kind: 'broker-leave', target: 'broker-2', duration: '15s' } },
  { spec: { kind: 'brokers-lost', target: 'broker-1', duration: '20s' } },
];
