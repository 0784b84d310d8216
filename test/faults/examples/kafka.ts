import type { FaultExample } from '../example.ts';

export const kafka: readonly FaultExample[] = [
  { spec: { kind: 'poison-message', target: 'kafka' } },
  { spec: { kind: 'broker-kill', target: 'broker-1', duration: '15s' }, inTests: true },
];
