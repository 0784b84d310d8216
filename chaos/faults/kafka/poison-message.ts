import Type from 'typebox';
import { sendTo, topicOf, withProducer } from '../../drivers/kafka.ts';
import { topicGrowth } from './topic-growth.ts';
import { grows } from '../../signs.ts';
import { faultKind } from '../fault.ts';

const TOPIC = 'payment-events';

/** What nobody can read, each in its own way: no JSON, JSON of no type, an event without what it must have. */
const poisons = ['{"eventType":"payment.comp', '{"hello":"world"}', '{"eventType":"payment.completed","eventId":"none"}', ''];

/** Messages that no consumer can read get onto the topic of payments, in front of those that it can. */
export const poisonMessage = faultKind({
  kind: 'poison-message',
  family: 'kafka',
  summary: 'messages that cannot be read get onto the topic of payments',
  targets: ['kafka'],
  promise: 'they are put aside on the dead letter topic',
  params: Type.Object({ messages: Type.Integer({ description: 'how many, spread over the partitions', minimum: 1, maximum: 1000, default: 4 }) }, { additionalProperties: false }),
  shows: 'once',
  verifyWithinMs: 10_000,
  // A message cannot be taken back: it is put aside, and stays there.
  undo: () => [],
  apply: ({ params, id }, world) =>
    withProducer(world.addresses.kafkaBrokers, async (producer) => {
      const topic = topicOf(world, TOPIC);
      for (let index = 0; index < params.messages; index++) {
        await sendTo(producer, topic, index % 3, [{ key: `gatecrash-${id}-${index}`, value: poisons[index % poisons.length] ?? '' }]);
      }
    }),
  canary: (_fault, world) => topicGrowth(world, `${TOPIC}.dlq`),
  holds: (probe) => probe.detail !== undefined && probe.ok,
  sign: (_fault, world) => grows(world, 'messages put aside, counted by the service', { name: 'kafka_dead_letters_total', labels: { topic: TOPIC }, combine: 'sum' }),
});
