import { withAdmin } from '../../drivers/kafka.ts';
import { adminCanary } from '../../drivers/kafka-canary.ts';
import { lead, ledBy, type ReplicaOrder } from '../../drivers/kafka-leaders.ts';
import { grows } from '../../signs.ts';
import type { FaultWorld } from '../../world.ts';
import { faultKind, noParams } from '../fault.ts';
import { brokers, nodeIdOf } from './brokers.ts';

const LEADS_NONE = 'it leads none';

/** Other brokers lead what this one led, while it runs on: clients learn it from an answer that says "not the leader". */
export const leaderMove = faultKind({
  kind: 'leader-move',
  family: 'kafka',
  summary: 'leadership of all partitions of the run moves from a running broker to others, and back at the end',
  targets: brokers,
  promise: 'the broker leads no partition of the run',
  params: noParams,
  // The service looks at its leaders each 10 s.
  verifyWithinMs: 20_000,
  goneWithinMs: 20_000,
  undo: async ({ target }, world) => [{ kind: 'kafka-lead', brokers: world.addresses.kafkaBrokers, orders: await ledInOrder(world, target, (others, own) => [own, ...others]) }],
  async apply({ target }, world) {
    const orders = await ledInOrder(world, target, (others, own) => [...others, own]);
    if (orders.length === 0) throw new Error(`${target} leads nothing that could be moved`);
    await lead(world.addresses.kafkaBrokers, orders);
  },
  canary: ({ target }, world) =>
    adminCanary(world.addresses.kafkaBrokers, async (admin) => {
      const led = await ledBy(admin, nodeIdOf(target), world.topicPrefix);
      return led.length === 0 ? LEADS_NONE : `it leads ${led.length}`;
    }),
  holds: (probe) => probe.ok && probe.detail === LEADS_NONE,
  sign: (_fault, world) => grows(world, 'partitions whose leader changed, as the consumers saw', { name: 'kafka_leader_changes_total', combine: 'sum' }),
});

/** What the broker leads now, with its replicas in another order. */
async function ledInOrder({ addresses, topicPrefix }: FaultWorld, target: string, order: (others: number[], own: number) => number[]): Promise<ReplicaOrder[]> {
  const own = nodeIdOf(target);
  const led = await withAdmin(addresses.kafkaBrokers, (admin) => ledBy(admin, own, topicPrefix));
  return led.map(({ topic, partition, replicas }) => ({ topic, partition, replicas: order(replicas.filter((id) => id !== own), own) }));
}
