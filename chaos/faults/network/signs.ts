import { failedCalls, grows, meanReaches, usersSlow, usersUnanswered, type Sign } from '../../signs.ts';
import type { FaultWorld } from '../../world.ts';

/** How the service names one broker: by the address it has been told. */
const brokerLabel = (world: FaultWorld, target: string) => ({ broker: `127.0.0.1:${world.proxyOf(target).port}` });

/** Failures of one broker, counted by the service: its connections that broke or could not be opened, and requests without an answer in time. */
export const brokerFailures = (world: FaultWorld, target: string): Sign =>
  grows(world, `failures of ${target}, counted by the service`, { name: 'kafka_broker_failures_total', labels: brokerLabel(world, target), combine: 'sum' });

/** Those who use the target count calls that failed. */
export function failing(world: FaultWorld, target: string): Sign {
  if (target === 'api') return usersUnanswered(world);
  return target.startsWith('broker-') ? brokerFailures(world, target) : failedCalls(world, target);
}

/** Those who use the target measure that it takes so long on the mean (the api's users: the median). */
export function slow(world: FaultWorld, target: string, boundMs: number): Sign {
  if (target === 'api') return usersSlow(world, boundMs);
  if (target === 'redis') return meanReaches(world, 'mean time of a command to redis, measured by the service', boundMs, 'redis_command_duration_seconds');
  if (target === 'postgres') return meanReaches(world, 'mean time of a statement, measured by the service', boundMs, 'db_query_duration_seconds');
  if (target === 'gateway') return meanReaches(world, 'mean time of a call to the gateway, measured by the service', boundMs, 'gateway_call_duration_seconds');
  return meanReaches(world, `mean time of a request to ${target}, measured by the service`, boundMs, 'kafka_broker_request_seconds', brokerLabel(world, target));
}
