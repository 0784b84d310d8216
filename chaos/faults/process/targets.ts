import type { FaultWorld } from '../../world.ts';
import { grows, type Sign } from '../../signs.ts';
import { processInfo } from '../../drivers/proc.ts';

/** The processes of the service itself; `api-1` stands for every replica. */
export const servicePart = ['api', 'api-1', 'worker', 'consumer'] as const;

/** Every process whose end a run can bear. */
export const everyProcess = [...servicePart, 'gateway', 'haproxy', 'redis', 'postgres', 'broker-1', 'broker-2', 'broker-3'] as const;

/** By the kernel: 1 while a process is not there. */
export const isGone = (world: FaultWorld, target: string): Sign => ({
  what: `${target} is gone, by the kernel`,
  rule: { reaches: 1 },
  read: async () => (world.processes.runs(target) ? 0 : 1),
});

/** By the kernel: 1 while a process is there and stopped. */
export const isStopped = (world: FaultWorld, target: string): Sign => ({
  what: `${target} is stopped, by the kernel`,
  rule: { reaches: 1 },
  read: async () => (processInfo(world.processes.find(target).pid)?.state === 'T' ? 1 : 0),
});

/** By the kernel: when the process of that name was started, in ticks since boot. */
export const startedAnew = (world: FaultWorld, target: string): Sign => ({
  what: `start of ${target} in clock ticks, by the kernel`,
  rule: 'grows',
  read: async () => Number(world.processes.find(target).startTicks),
});

/** By the service: payments that came to the data platform again. */
export const toldTwice = (world: FaultWorld): Sign =>
  grows(world, 'payments that came to the data platform again, counted by the service', { name: 'kafka_consumer_messages_total', labels: { group: 'data-platform', result: 'duplicate' }, combine: 'sum' });
