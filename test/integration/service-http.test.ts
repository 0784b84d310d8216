import { connect } from 'node:net';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { eventually, PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';

/** What the routes refuse, and that a hold is given on when it has run out. */
let shop: TestService;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { settings: { HOLD_SECONDS: '1' } });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const post = (url: string, payload: string | object, headers: Record<string, string> = { 'content-type': 'application/json' }) => shop.service.app.inject({ method: 'POST', url, payload, headers });

test.for([
  { what: 'an unknown field', payload: { userId: 'ann', admin: true }, status: 400, code: 'VALIDATION_FAILED' },
  { what: 'a field of the wrong type', payload: { userId: 7 }, status: 400, code: 'VALIDATION_FAILED' },
  { what: 'nobody in particular', payload: {}, status: 401, code: 'NOT_SIGNED_IN' },
  { what: 'an id that is not plain', payload: { userId: "'; DROP TABLE seats" }, status: 400, code: 'VALIDATION_FAILED' },
  { what: 'a body that is not JSON', payload: '{"userId":', status: 400, code: 'BAD_REQUEST' },
  { what: 'an empty body', payload: '', status: 400, code: 'BAD_REQUEST' },
  { what: 'a body with 10,000 levels', payload: `{"userId":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, status: 400, code: 'BAD_REQUEST' },
  { what: 'a number that a double cannot hold', payload: '{"userId":9007199254740993}', status: 400, code: 'BAD_REQUEST' },
  { what: 'a field that every object has', payload: '{"userId":"ann","__proto__":{"admin":true}}', status: 400, code: 'BAD_REQUEST' },
  { what: 'a body above 64 KiB', payload: { userId: 'a'.repeat(70_000) }, status: 413, code: 'BODY_TOO_LARGE' },
])('$what is refused with $status $code', async ({ payload, status, code }) => {
  for (const prefix of ['', '/api']) {
    const answer = await post(`${prefix}/queue/token`, payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toMatch('application/problem+json');
    expect(answer.json()).toMatchObject({ status, code, retryable: false, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  }
});

test('a body of another type is refused with 415', async () => {
  expect((await post('/queue/token', '<userId/>', { 'content-type': 'text/xml' })).json()).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
});

test.for([
  { what: 'headers above 16 KiB', request: `GET /concerts HTTP/1.1\r\nhost: x\r\nx-queue-token: ${'a'.repeat(20_000)}\r\n\r\n`, status: 431, code: 'HEADERS_TOO_LARGE' },
  { what: 'what is no HTTP', request: 'BUY seat 7\r\n\r\n', status: 400, code: 'BAD_REQUEST' },
])('$what: $status $code, as a problem like every other', async ({ request, status, code }) => {
  await using service = await startTestService(inject('stack'), { topics: false, roles: 'api' });
  const url = new URL(await service.service.app.listen({ host: '127.0.0.1', port: 0 }));
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(Number(url.port), url.hostname, () => socket.write(request));
    socket.on('data', (chunk) => (text += chunk)).on('close', () => resolve(text)).on('error', reject);
  });
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head).toContain('application/problem+json');
  expect(JSON.parse(body)).toMatchObject({ status, code, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
});

test('what is not there is 404, and the trace of the caller comes back', async () => {
  const traceId = 'a'.repeat(32);
  const answer = await shop.service.app.inject({ url: '/nowhere', headers: { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` } });
  expect(answer.json()).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND', traceId });
  expect((await shop.service.app.inject('/concerts/nothing/schedules')).json()).toMatchObject({ code: 'CONCERT_NOT_FOUND' });
  expect((await shop.service.app.inject('/concerts/schedules/nothing/seats')).json()).toMatchObject({ code: 'SCHEDULE_NOT_FOUND' });
  const buyer = await (await shop.buyer()).active();
  expect((await buyer.reserve(SCHEDULE, 999_999)).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
});

test('a payment without a key is refused, and a reservation for somebody else too', async () => {
  const buyer = await (await shop.buyer()).active();
  const headers = { 'x-queue-token': buyer.token };
  expect((await post('/payments', { reservationId: crypto.randomUUID(), amount: 1 }, headers)).statusCode).toBe(400);
  expect((await post('/reservations', { scheduleId: SCHEDULE, seatNo: 9, userId: 'somebody-else' }, headers)).json()).toMatchObject({ status: 403, code: 'NOT_YOUR_TOKEN' });
});

test('the seat map is cached for a second and forgotten when a seat is held', async () => {
  const map = () => shop.service.app.inject(`/concerts/schedules/${SCHEDULE}/seats`);
  const statusOf = async (seatNo: number) => ((await map()).json() as { seats: { seatNo: number; status: string }[] }).seats.find((seat) => seat.seatNo === seatNo)?.status;
  await map();
  expect((await map()).headers['x-cache-hit']).toBe('true');
  expect(await statusOf(20)).toBe('AVAILABLE');
  const buyer = await (await shop.buyer()).active();
  await buyer.reserve(SCHEDULE, 20);
  const fresh = await map();
  expect(fresh.headers['x-cache-hit']).toBe('false');
  expect(await statusOf(20)).toBe('HELD');
});

test('a hold that runs out is told, cannot be paid, and its seat goes to the next buyer', async () => {
  const [late, next] = [await (await shop.buyer()).active(), await (await shop.buyer()).active()];
  await Promise.all([late.charge(PRICE), next.charge(PRICE)]);
  const held = (await late.reserve(SCHEDULE, 30)).json() as { reservationId: string };
  expect((await next.reserve(SCHEDULE, 30)).json()).toMatchObject({ status: 409, code: 'SEAT_TAKEN' });
  const taken = await eventually('the seat is free again', async () => {
    const answer = await next.reserve(SCHEDULE, 30);
    return answer.statusCode === 201 && (answer.json() as { reservationId: string });
  });
  expect((await late.pay(held.reservationId, PRICE)).json()).toMatchObject({ status: 410, code: 'HOLD_EXPIRED' });
  expect((await late.reservation(held.reservationId)).json()).toMatchObject({ status: 'EXPIRED' });
  expect((await next.pay(taken.reservationId, PRICE)).statusCode).toBe(201);
  expect(await shop.rows("SELECT 1 FROM outbox_events WHERE event_type = 'reservation.expired' AND aggregate_id = $1", [held.reservationId])).toHaveLength(1);
  const [wallet] = await shop.rows<{ balance: string }>('SELECT balance FROM wallets WHERE user_id = $1', [late.user]);
  expect(Number(wallet?.balance)).toBe(PRICE);
});

test('every series of a known label set is there before anything happened', async () => {
  await using fresh = await startTestService(inject('stack'), { roles: 'api' });
  for (const dependency of ['postgres', 'kafka', 'gateway']) expect(await fresh.metric(`dependency_errors_total{dependency="${dependency}"}`)).toBe(0);
  for (const status of ['HELD', 'CONFIRMED', 'EXPIRED']) expect(await fresh.metric(`reservation_created_total{status="${status}"}`)).toBe(0);
  for (const reason of ['timeout', 'redis']) expect(await fresh.metric(`distributed_lock_acquisition_failed_total{reason="${reason}"}`)).toBe(0);
});
