import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { eventually, PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';
import { TraceBackend, type ZipkinSpan } from '../support/trace-backend.ts';

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

const recording = (backend: TraceBackend, settings: Record<string, string> = {}) =>
  startTestService(inject('stack'), { settings: { TRACE_EXPORTER: 'zipkin', TRACE_URL: `${backend.url}/api/v2/spans`, TRACE_SAMPLE_RATIO: '0', REDIS_TIMEOUT_MS: '1000', ...settings } });

test('a recorded request shows where its time went: its own span, and under it those of lock, statement and gateway', async () => {
  await using backend = await TraceBackend.listen();
  await using traced = await recording(backend);
  const buyer = await (await traced.buyer()).active();
  const post = (url: string, payload: object) => traced.service.app.inject({ method: 'POST', url, payload, headers: { ...callers.w3c, 'x-queue-token': buyer.token, 'idempotency-key': url } });
  expect((await post('/points/charge', { amount: PRICE })).statusCode).toBe(201);
  await eventually('Redis is used', async () => (await traced.metric('breaker_state{dependency="redis"}')) === 0);
  const held = await post('/api/reservations', { scheduleId: SCHEDULE, seatNo: 2 });
  expect(held.statusCode).toBe(201);
  const reservation = await eventually('the reservation is recorded', async () => backend.spans.find(({ name }) => name === 'POST /reservations'));
  expect(reservation).toMatchObject({ traceId, parentId: 'b7ad6b7169203331', kind: 'SERVER', tags: { 'http.response.status_code': '201', 'service.name': 'ticketing' } });
  const under = (parent: ZipkinSpan | undefined) => backend.spans.filter(({ parentId }) => parentId === parent?.id);
  const reserve = under(reservation).find(({ name }) => name === 'reserve');
  expect(under(reserve).map(({ name }) => name)).toEqual(expect.arrayContaining(['redis set', 'reserve-seat']));
  const charge = backend.spans.find(({ name }) => name === 'POST /points/charge');
  expect(under(charge).map(({ name }) => name)).toEqual(expect.arrayContaining(['begin-charge', 'gateway POST', 'settle-charge']));
  // The events say which span they follow.
  const [event] = await traced.rows<{ traceparent: string }>("SELECT headers->>'traceparent' AS traceparent FROM outbox_events WHERE event_type = 'reservation.held'");
  expect(event?.traceparent).toBe(`00-${traceId}-${reservation.id}-01`);
  await eventually('the event is recorded as sent, under the request', async () => under(reservation).some(({ kind, name }) => kind === 'PRODUCER' && name === 'send reservation-events'));
  expect(await traced.metric('telemetry_exported_total')).toBeGreaterThan(5);
});

test('what the caller does not record is not recorded, and of the others the share that was asked for', async () => {
  await using backend = await TraceBackend.listen();
  await using traced = await recording(backend, { TRACE_SAMPLE_RATIO: '0.5' });
  const unrecorded = 'e'.repeat(32);
  await traced.service.app.inject({ url: '/health/live', headers: { traceparent: `00-${unrecorded}-b7ad6b7169203331-00` } });
  for (let index = 0; index < 200; index++) await traced.service.app.inject('/health/live');
  await traced.service.close();
  const requests = backend.spans.filter(({ name }) => name === 'GET /health/live');
  expect(requests.length).toBeGreaterThan(50);
  expect(requests.length).toBeLessThan(150);
  expect(backend.spans.map((span) => span.traceId)).not.toContain(unrecorded);
});

test('spans go out by OTLP too', async () => {
  await using backend = await TraceBackend.listen();
  await using traced = await recording(backend, { TRACE_EXPORTER: 'otlp', TRACE_URL: `${backend.url}/v1/traces` });
  await traced.service.app.inject({ url: '/concerts/concert_1/schedules', headers: callers.w3c });
  await eventually('a batch came', async () => backend.bodies.some((body) => body.includes('GET /concerts/:id/schedules')));
});

test.for([{ how: 'hangs', url: undefined }, { how: 'is not there', url: 'http://127.0.0.1:1/api/v2/spans' }])('a backend that $how costs no request anything: what it does not take is dropped and counted', async ({ url }) => {
  await using backend = await TraceBackend.listen();
  backend.hangs = true;
  await using traced = await recording(backend, { TRACE_SAMPLE_RATIO: '1', ...(url && { TRACE_URL: url }) });
  const latenciesMs: number[] = [];
  // More spans than the queue holds, while the first batch is waited for.
  for (let index = 0; index < 3000; index++) {
    const startedMs = performance.now();
    expect((await traced.service.app.inject('/health/live')).statusCode).toBe(200);
    latenciesMs.push(performance.now() - startedMs);
  }
  const p99Ms = latenciesMs.toSorted((a, b) => a - b)[Math.floor(latenciesMs.length * 0.99)]!;
  expect(p99Ms).toBeLessThan(100);
  const dropped = async () => (await traced.metric('telemetry_dropped_total{reason="queue full"}')) + (await traced.metric('telemetry_dropped_total{reason="not taken"}'));
  await eventually('drops are counted', async () => (await dropped()) > 0);
  expect(backend.connectionsMax).toBeLessThanOrEqual(2);
  const startedMs = performance.now();
  await traced.service.close();
  expect(performance.now() - startedMs, 'and the end of the service is not held up').toBeLessThan(3000);
});

test('without an exporter no span is made, and an alias counts as its route', async () => {
  const { statusCode } = await shop.service.app.inject({ url: '/api/concerts/concert_1/schedules', headers: callers.w3c });
  expect(await shop.metric('telemetry_exported_total')).toBe(0);
  const { body } = await shop.service.app.inject('/metrics');
  expect(body).toContain(`http_requests_total{method="GET",route="/concerts/:id/schedules",status="${statusCode}"} 1`);
  expect(body).not.toMatch(/route="\/api\/concerts/);
});
