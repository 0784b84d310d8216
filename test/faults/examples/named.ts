import type { FaultExample } from '../example.ts';

export const named: readonly FaultExample[] = [{ spec: { kind: 'redis-down', target: 'redis' }, inTests: true }];
