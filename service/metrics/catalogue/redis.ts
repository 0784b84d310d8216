import { each, type MetricInfo } from '../metric-info.ts';

export const redis = {
  redisCommands: { type: 'counter', name: 'redis_commands_total', help: 'Commands sent to Redis', labels: ['command'], known: each('command', ['get', 'set', 'del', 'eval', 'ping']) },
} as const satisfies Record<string, MetricInfo>;
