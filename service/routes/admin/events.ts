import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Outbox } from '../../admin/outbox.ts';
import type { DeadLetters } from '../../consumers/dead-letters.ts';
import { topics } from '../../events/topics.ts';
import { AfterId, adminAnswers, Limit } from '../../schemas/admin.ts';
import { strict, Time } from '../../schemas/common.ts';

const count = Type.Integer();
const text = Type.String();
const maybe = Type.Optional(text);
const page = { limit: Type.Optional(Limit), afterId: Type.Optional(AfterId) };
const params = Type.Object({ topic: Type.Enum([...topics]) }, strict);
const OutboxEvent = Type.Object(
  { id: count, eventId: text, topic: text, aggregateId: text, eventType: text, payload: Type.String({ description: 'JSON' }), createdAt: Time, publishedAt: Type.Optional(Time), attempts: count },
  strict,
);
const DeadLetter = Type.Object(
  {
    id: count,
    consumer: text,
    topic: text,
    partition: count,
    offset: count,
    eventId: maybe,
    key: maybe,
    value: Type.Optional(Type.String({ description: 'of a long one the beginning' })),
    headers: Type.Array(Type.Object({ name: text, value: text }, strict)),
    error: text,
    attempts: count,
    firstFailedAt: Time,
    deadAt: Time,
    replayedAt: Type.Optional(Time),
  },
  strict,
);
const Choice = Type.Object(
  {
    ids: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 999_999_999_999_999 }), { minItems: 1, maxItems: 100 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    force: Type.Optional(Type.Boolean({ description: 'also those that were sent again before' })),
  },
  strict,
);

export const eventRoutes =
  (outbox: Outbox, deadLetters: DeadLetters): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/admin/outbox',
      {
        schema: {
          summary: 'Events that wait to be published, or were; oldest first',
          querystring: Type.Object({ state: Type.Optional(Type.Enum(['pending', 'published'])), ...page }, strict),
          response: adminAnswers({ 200: Type.Object({ events: Type.Array(OutboxEvent) }, strict) }),
        },
      },
      async ({ query: { state, limit, afterId } }) => ({
        events: (await outbox.list({ published: state === 'published', limit: Number(limit ?? 20), afterId: Number(afterId ?? 0) })).map(({ createdAt, publishedAt, ...event }) => ({
          ...event,
          createdAt: createdAt.toISOString(),
          ...(publishedAt && { publishedAt: publishedAt.toISOString() }),
        })),
      }),
    );
    app.get(
      '/admin/dlq',
      { schema: { summary: 'Dead letters of each topic', response: adminAnswers({ 200: Type.Object({ topics: Type.Array(Type.Object({ topic: text, waiting: count, replayed: count }, strict)) }, strict) }) } },
      async () => ({ topics: await deadLetters.count() }),
    );
    app.get(
      '/admin/dlq/:topic',
      {
        schema: {
          summary: 'Dead letters of a topic, oldest first',
          params,
          querystring: Type.Object(page, strict),
          response: adminAnswers({ 200: Type.Object({ deadLetters: Type.Array(DeadLetter) }, strict) }),
        },
      },
      async ({ params: { topic }, query: { limit, afterId } }) => ({
        deadLetters: (await deadLetters.list(topic, { limit: Number(limit ?? 20), afterId: Number(afterId ?? 0) })).map(
          ({ eventId, key, value, headers, firstFailedAt, deadAt, replayedAt, ...letter }) => ({
            ...letter,
            ...(eventId !== null && { eventId }),
            ...(key !== null && { key }),
            ...(value !== null && { value }),
            headers: Object.entries(headers).map(([name, content]) => ({ name, value: content })),
            firstFailedAt: firstFailedAt.toISOString(),
            deadAt: deadAt.toISOString(),
            ...(replayedAt && { replayedAt: replayedAt.toISOString() }),
          }),
        ),
      }),
    );
    app.post(
      '/admin/dlq/:topic/replay',
      { schema: { summary: 'Send dead letters to their topic again: these, or the oldest that were not yet', params, body: Choice, response: adminAnswers({ 200: Type.Object({ replayed: Type.Array(count) }, strict) }) } },
      async ({ params: { topic }, body }) => ({ replayed: await deadLetters.replay(topic, body) }),
    );
  };
