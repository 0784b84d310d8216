import { randomUUID } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { BatchWork, GivenUp } from '../../../service/consumers/batch-work.ts';
import type { Failure, Place } from '../../../service/consumers/dead-letter-box.ts';
import type { ReceivedEvent } from '../../../service/consumers/received.ts';
import { Problem, unavailable } from '../../../service/domain/problem.ts';
import { createMetrics } from '../../../service/metrics/metrics.ts';

const payment = (amount: unknown = 1) => ({
  ...{ eventId: randomUUID(), eventType: 'payment.completed', source: 'test', timestamp: 'now' },
  ...{ paymentId: randomUUID(), reservationId: randomUUID(), userId: 'u', scheduleId: 's', seatNo: 1, seatId: 's:1', amount },
});
const messages = (...values: readonly unknown[]): KafkaMessage[] =>
  values.map((value, offset) => ({ key: Buffer.from('k'), value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), headers: {}, offset: String(offset), timestamp: '0', attributes: 0 }));

/** A consumer whose handler does as told; what it had an effect for, and what was put aside. */
function consumer(handle: (events: readonly ReceivedEvent[]) => void, keep: (failure: Failure) => void = () => {}) {
  const taken: number[] = [];
  const aside: (Failure & { readonly offset: string })[] = [];
  const definition = {
    name: 'data-platform',
    handles: ['payment.completed'] as const,
    async handle(events: readonly ReceivedEvent[]) {
      handle(events);
      taken.push(...events.map(({ message }) => Number(message.offset)));
      return events.length;
    },
  };
  const box = {
    async keep(_consumer: string, { message }: Place, failure: Failure) {
      keep(failure);
      aside.push({ ...failure, offset: message.offset });
    },
  };
  const work = new BatchWork(definition, { metrics: createMetrics(), log: pino({ level: 'silent' }), box, triesMax: 3 });
  return { taken, aside, take: (batch: readonly KafkaMessage[], stayAlive = async () => {}) => work.work({ topic: 'payment-events', partition: 0, messages: batch }, stayAlive) };
}

test('what is no event is put aside with its reason, and what stands behind it is worked on', async () => {
  const { taken, aside, take } = consumer(() => {});
  await take(messages('not JSON', {}, payment('1'), { ...payment(), eventType: 'payment.newer' }, payment()));
  expect(aside.map(({ offset, error }) => [offset, error])).toEqual([['0', 'not JSON'], ['1', 'no eventType'], ['2', expect.stringContaining('/amount')]]);
  expect(taken).toEqual([4]);
});

test('an event that fails again and again is tried three times and put aside; the others of its batch are worked on, in order', async () => {
  let tries = 0;
  const { taken, aside, take } = consumer((events) => {
    const bad = events.some(({ payload }) => (payload as { amount: number }).amount === 13);
    if (bad && events.length === 1) tries++;
    if (bad) throw new Problem(500, 'INTERNAL', 'unexpected answer of the database', { cause: new Error('division by zero') });
  });
  await take(messages(payment(), payment(13), payment()));
  expect(taken).toEqual([0, 2]);
  expect(tries).toBe(3);
  expect(aside).toEqual([expect.objectContaining({ offset: '1', attempts: 3, error: expect.stringContaining('division by zero') })]);
});

test('while the database is away nothing is skipped and nothing put aside', async () => {
  let away = 4;
  let alive = 0;
  const { taken, aside, take } = consumer(() => {
    if (away-- > 0) throw unavailable('DATABASE_UNAVAILABLE', 'the database cannot be reached');
  });
  await take(messages(payment(), payment()), async () => void alive++);
  expect(taken).toEqual([0, 1]);
  expect(aside).toEqual([]);
  expect(alive).toBe(4);
});

test('a dead letter that could not be sent is sent again before anything moves on', async () => {
  let refused = 2;
  const { taken, aside, take } = consumer(
    () => {},
    () => {
      if (refused-- > 0) throw new Error('kafka did not answer');
    },
  );
  await take(messages('not JSON', payment()));
  expect(aside).toHaveLength(1);
  expect(taken).toEqual([1]);
});

test('a consumer that is no longer in its group gives the batch up as it is', async () => {
  const { taken, aside, take } = consumer(() => {
    throw unavailable('DATABASE_UNAVAILABLE', 'the database cannot be reached');
  });
  const lost = new GivenUp('no longer in the group', { cause: new Error('REBALANCE_IN_PROGRESS') });
  await expect(take(messages(payment()), () => Promise.reject(lost))).rejects.toBe(lost);
  expect([taken, aside]).toEqual([[], []]);
});
