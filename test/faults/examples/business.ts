import type { FaultExample } from '../example.ts';

export const business: readonly FaultExample[] = [
  { spec: { kind: 'gateway-errors', target: 'gateway', params: { share: 0.5 } }, cards: true },
  { spec: { kind: 'gateway-slow', target: 'gateway' }, cards: true },
  { spec: { kind: 'gateway-unknown', target: 'gateway' }, inTests: true },
  { spec: { kind: 'activation-stalled', target: 'postgres' } },
  { spec: { kind: 'cache-invalidation-missed', target: 'redis' } },
  { spec: { kind: 'settlement-failure', target: 'postgres' } },
  { spec: { kind: 'observability-down', target: 'collector' } },
];
