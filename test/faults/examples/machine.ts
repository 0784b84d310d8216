import type { FaultExample } from '../example.ts';

export const machine: readonly FaultExample[] = [
  { spec: { kind: 'cpu', target: 'api', duration: '4s' } },
  { spec: { kind: 'memory', target: 'api', duration: '15s' } },
  { spec: { kind: 'disk-full', target: 'postgres', duration: '8s' } },
  { spec: { kind: 'clock-skew', target: 'api', duration: '8s' } },
];
