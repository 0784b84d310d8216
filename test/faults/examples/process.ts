import type { FaultExample } from '../example.ts';

export const processes: readonly FaultExample[] = [
  { spec: { kind: 'stop', target: 'redis' }, inTests: true },
  { spec: { kind: 'kill', target: 'api' }, inTests: true },
  { spec: { kind: 'restart', target: 'postgres', duration: '8s', params: { how: 'killed' } } },
];
