import Type from 'typebox';
import { canaryOf } from '../../drivers/canary.ts';
import { followTopic, lastOf, sendTo, topicOf, withProducer, type Placed } from '../../drivers/kafka.ts';
import { grows } from '../../signs.ts';
import type { Canary, FaultWorld } from '../../world.ts';
import { faultKind } from '../fault.ts';

const TOPIC = 'payment-events';
/** More than a fault sends again. */
const REMEMBERED = 5000;

/** Payments that were published get onto their topic once more, as after a producer that was not told of its success. */
export const duplicateDelivery = faultKind({
  kind: 'duplicate-delivery',
  family: 'kafka',
  summary: 'events of payments that were published are published once more, byte for byte',
  targets: ['kafka'],
  promise: 'messages come that came before',
  params: Type.Object({ messages: Type.Integer({ description: 'how many of the newest, over all partitions', minimum: 1, maximum: 1000, default: 20 }) }, { additionalProperties: false }),
  shows: 'once',
  verifyWithinMs: 15_000,
  // What was sent cannot be taken back: whoever reads it has to know it.
  undo: () => [],
  async apply({ params, id }, world) {
    const brokers = world.addresses.kafkaBrokers;
    const topic = topicOf(world, TOPIC);
    const messages = await lastOf(brokers, topic, params.messages, `${topic}-again-${id}`);
    if (messages.length === 0) throw new Error(`nothing has been published on ${TOPIC} yet`);
    await withProducer(brokers, async (producer) => {
      for (const [partition, again] of Map.groupBy(messages, (placed) => placed.partition)) await sendTo(producer, topic, partition, again.map(({ message: { key, value, headers } }) => ({ key, value, ...(headers && { headers }) })));
    });
  },
  canary: ({ id }, world) => repetitions(world, id),
  holds: (probe) => probe.ok && probe.detail !== undefined,
  sign: (_fault, world) => grows(world, 'messages that a consumer knew already, counted by the service', { name: 'kafka_consumer_messages_total', labels: { group: 'data-platform', result: 'duplicate' }, combine: 'sum' }),
});

/** Reads the topic as a consumer does and tells what it has read before. */
function repetitions(world: FaultWorld, id: string): Canary {
  const topic = topicOf(world, TOPIC);
  const seen = new Set<string>();
  let again = 0;
  let failure: Error | undefined;
  const take = ({ message }: Placed): void => {
    const text = `${String(message.key)} ${String(message.value)}`;
    if (seen.has(text)) again++;
    else seen.add(text);
    if (seen.size > REMEMBERED) seen.delete(seen.values().next().value ?? '');
  };
  const following = followTopic(world.addresses.kafkaBrokers, topic, `${topic}-canary-${id}`, take);
  following.catch((error: Error) => (failure = error));
  return canaryOf(
    async () => {
      if (failure) throw failure;
      const found = again;
      again = 0;
      return found > 0 ? `${found} that came before` : undefined;
    },
    () => void following.then((stop) => stop()).catch(() => undefined),
  );
}
