import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';

/** A trace goes from the caller through the service to the events it leaves behind. */
let shop: TestService;
beforeAll(async () => {
  shop = await startTestService(inject('stack'));
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const traceId = '0af7651916cd43dd8448eb211c80319c';
const callers = { w3c: { traceparent: `00-${traceId}-b7ad6b7169203331-01` }, b3: { b3: `${traceId}-b7ad6b7169203331-1` }, bare: { 'x-trace-id': traceId } };

test.for(Object.entries(callers))('a caller that speaks %s gets its trace id back, in the answer and in a problem', async ([, headers]) => {
  const answer = await shop.service.app.inject({ url: '/concerts/nothing/schedules', headers });
  expect(answer.headers['x-trace-id']).toBe(traceId);
  expect(answer.json()).toMatchObject({ traceId });
});

test('events carry a valid traceparent with the trace of the request that caused them', async () => {
  const buyer = await (await shop.buyer()).active();
  await buyer.charge(PRICE);
  const held = await buyer.reserve(SCHEDULE, 1);
  const { reservationId } = held.json() as { reservationId: string };
  const paid = await buyer.pay(reservationId, PRICE);
  expect([held.statusCode, paid.statusCode]).toEqual([201, 201]);
  const events = await shop.rows<{ event_type: string; traceparent: string }>("SELECT event_type, headers->>'traceparent' AS traceparent FROM outbox_events WHERE headers ? 'traceparent' ORDER BY id");
  const traceOf = (type: string) => /^00-([0-9a-f]{32})-[0-9a-f]{16}-0[01]$/.exec(events.find((event) => event.event_type === type)?.traceparent ?? '')?.[1];
  expect(traceOf('reservation.held')).toBe(held.headers['x-trace-id']);
  expect(traceOf('payment.completed')).toBe(paid.headers['x-trace-id']);
  expect(traceOf('reservation.confirmed')).toBe(paid.headers['x-trace-id']);
});
