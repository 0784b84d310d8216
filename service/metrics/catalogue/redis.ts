import { each, type MetricInfo } from '../metric-info.ts';

export const redis = {
  redisCommands: { type: 'counter', name: 'redis_commands_total', help: 'Commands sent to Redis', labels: ['command'], known: each('command', ['get', 'mget', 'set', 'del', 'eval', 'ping', 'info']) },
  redisDuration: { type: 'histogram', name: 'redis_command_duration_seconds', help: 'Time a command took, answered or not', labels: ['command'], buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.15, 0.5] },
  redisClients: { type: 'gauge', name: 'redis_connected_clients', help: 'Clients connected to Redis, as it says itself; looked up every 10 s', labels: [] },
} as const satisfies Record<string, MetricInfo>;
