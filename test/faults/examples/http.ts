import type { FaultExample } from '../example.ts';

export const http: readonly FaultExample[] = [
  { spec: { kind: 'http-errors', target: 'api', params: { errorRate: 0.3 } } },
  { spec: { kind: 'http-latency', target: 'api' } },
  { spec: { kind: 'http-errors', target: 'api', id: 'http-errors-replicas', params: { path: '/', errorRate: 0.2 } }, replicas: 2 },
];
