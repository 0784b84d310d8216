import type { FaultExample } from '../example.ts';

export const processes: readonly FaultExample[] = [
  { spec: { kind: 'stop', target: 'redis' }, inTests: true },
  { spec: { kind: 'kill', target: 'api' } },
  { spec: { kind: 'restart', target: 'postgres', duration: '8s', params: { how: 'asked' } } },
  { spec: { kind: 'drain', target: 'api-1', duration: '5s' }, replicas: 2 },
  { spec: { kind: 'kill-before-mark', target: 'worker', duration: '30s' }, replicas: 2 },
  { spec: { kind: 'kill-before-commit', target: 'consumer', duration: '45s' }, replicas: 2 },
  { spec: { kind: 'zone-loss', target: 'api-1', duration: '8s' }, replicas: 2 },
];
