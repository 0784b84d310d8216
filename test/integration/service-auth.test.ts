import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { eventually, PRICE, SCHEDULE, startTestService, type TestService } from '../support/service.ts';

/** Registering and logging in, as shipped. */
let shop: TestService;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { settings: { AUTH_MODE: 'bearer', PASSWORD_HASHES_AT_ONCE: '1' } });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

const post = (url: string, payload: object, headers: Record<string, string> = {}) => shop.service.app.inject({ method: 'POST', url, payload, headers });
const password = 'correct horse';
const login = (userId: string, given = password) => post('/auth/login', { userId, password: given });
const bearer = async (userId: string) => `Bearer ${((await login(userId)).json() as { accessToken: string }).accessToken}`;
const usersCalled = (userId: string) => shop.rows('SELECT * FROM users WHERE user_id = $1', [userId]);

test('from registration to a confirmed seat', async () => {
  expect((await post('/auth/register', { userId: 'ann', password })).json()).toEqual({ userId: 'ann' });
  const entered = await login('ann');
  expect([entered.statusCode, entered.headers['cache-control'], entered.json()]).toEqual([200, 'no-store', { accessToken: expect.any(String), tokenType: 'Bearer', expiresInSeconds: 900 }]);
  const authorization = await bearer('ann');
  const { tokenValue } = (await post('/queue/token', {}, { authorization })).json() as { tokenValue: string };
  const headers = { authorization, 'x-queue-token': tokenValue };
  await eventually('it is ann’s turn', async () => ((await shop.service.app.inject({ url: '/queue/token', headers })).json() as { status: string }).status === 'ACTIVE');
  await post('/points/charge', { amount: PRICE }, { ...headers, 'idempotency-key': 'charge' });
  const { reservationId } = (await post('/reservations', { scheduleId: SCHEDULE, seatNo: 1 }, headers)).json() as { reservationId: string };
  expect((await post('/payments', { reservationId, amount: PRICE }, { ...headers, 'idempotency-key': 'pay' })).json()).toMatchObject({ status: 'SUCCESS', balance: 0 });
  expect((await shop.service.app.inject({ url: `/reservations/${reservationId}`, headers: { authorization } })).json()).toMatchObject({ status: 'CONFIRMED' });
});

test('a registration is told once, and what is stored is no password', async () => {
  await post('/auth/register', { userId: 'bob', password });
  const [user] = (await usersCalled('bob')) as { password: string }[];
  expect(user?.password).toMatch(/^scrypt\$1\$[\w-]{22}\$[\w-]{43}$/);
  const events = await shop.rows<{ topic: string; payload: object }>("SELECT topic, payload FROM outbox_events WHERE event_type = 'user.registered' AND aggregate_id = 'bob'");
  expect(events).toEqual([{ topic: 'user-events', payload: { eventId: expect.any(String), eventType: 'user.registered', source: 'ticketing', timestamp: expect.any(String), userId: 'bob' } }]);
});

test('of many who want one name, one gets it, and nobody else’s password is good for it', async () => {
  const passwords = Array.from({ length: 4 }, (_none, index) => `${password} ${index}`);
  const answers = await Promise.all(passwords.map((own) => post('/auth/register', { userId: 'carol', password: own })));
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409, 409]);
  expect(answers.find(({ statusCode }) => statusCode === 409)?.json()).toMatchObject({ code: 'USER_EXISTS', retryable: false });
  const winner = answers.findIndex(({ statusCode }) => statusCode === 201);
  for (const [index, own] of passwords.entries()) expect((await login('carol', own)).statusCode).toBe(index === winner ? 200 : 401);
  expect(await shop.rows("SELECT 1 FROM outbox_events WHERE aggregate_id = 'carol'")).toHaveLength(1);
});

test('wrong user and wrong password are the same answer', async () => {
  await post('/auth/register', { userId: 'dave', password });
  const [wrongPassword, wrongUser] = [await login('dave', 'correct hors'), await login('nobody')];
  const said = (answer: typeof wrongUser) => ({ ...(answer.json() as object), traceId: undefined });
  expect(said(wrongPassword)).toEqual(said(wrongUser));
  expect(wrongUser.json()).toMatchObject({ status: 401, code: 'LOGIN_FAILED', retryable: false });
});

test('wrong user takes the time of a wrong password', async () => {
  const times = async (userId: string) => {
    const all: number[] = [];
    for (let round = 0; round < 5; round++) {
      const startMs = performance.now();
      await login(userId, 'something else');
      all.push(performance.now() - startMs);
    }
    return Math.min(...all);
  };
  const [known, unknown] = [await times('dave'), await times('nobody')];
  // Without the hash for nobody it would be a tenth.
  expect(unknown).toBeGreaterThan(known / 3);
});

test.for([
  ['a short password', { userId: 'eve', password: 'seven77' }, 400, 'VALIDATION_FAILED'],
  ['a password without end', { userId: 'eve', password: 'a1b2'.repeat(40) }, 400, 'VALIDATION_FAILED'],
  ['a password of one character', { userId: 'eve', password: '11111111' }, 422, 'WEAK_PASSWORD'],
  ['a password with the user in it', { userId: 'evelyn', password: 'EVELYN2026' }, 422, 'WEAK_PASSWORD'],
  ['no password', { userId: 'eve' }, 400, 'VALIDATION_FAILED'],
  ['a password of the wrong type', { userId: 'eve', password: { $ne: '' } }, 400, 'VALIDATION_FAILED'],
  ['a user id that is not plain', { userId: "eve' OR 1=1", password }, 400, 'VALIDATION_FAILED'],
  ['a role that one would like', { userId: 'eve', password, admin: true }, 400, 'VALIDATION_FAILED'],
] as const)('%s is refused and nobody is registered', async ([, payload, status, code]) => {
  const answer = await post('/auth/register', payload);
  expect(answer.json()).toMatchObject({ status, code });
  expect(answer.body).not.toContain(password);
  expect([...(await usersCalled('eve')), ...(await usersCalled('evelyn'))]).toEqual([]);
});

test('a storm of logins is refused in part, at once, and leaves the rest of the service alone', async () => {
  const shedBefore = await shop.metric('load_shed_total{reason="passwords"}');
  const storm = Array.from({ length: 40 }, () => login('nobody'));
  const startMs = performance.now();
  expect((await shop.service.app.inject('/health/live')).statusCode).toBe(200);
  const liveMs = performance.now() - startMs;
  const answers = await Promise.all(storm);
  const refused = answers.filter(({ statusCode }) => statusCode === 503);
  expect(refused.length).toBeGreaterThan(20);
  for (const answer of refused) expect([answer.headers['retry-after'], answer.json()]).toMatchObject(['1', { code: 'OVERLOADED', retryable: true }]);
  expect(answers.filter(({ statusCode }) => statusCode === 401).length).toBe(40 - refused.length);
  expect(await shop.metric('load_shed_total{reason="passwords"}')).toBe(shedBefore + refused.length);
  expect(liveMs).toBeLessThan(1000);
  expect((await login('dave')).statusCode).toBe(200);
});

test('without the database nobody is let in, and it is said quickly', async () => {
  await shop.postgres.cut();
  const answer = await login('dave');
  expect(answer.statusCode).toBe(503);
  expect(answer.headers['retry-after']).toBe('1');
  await shop.postgres.heal();
  await eventually('dave can log in again', async () => (await login('dave')).statusCode === 200);
  expect((await post('/auth/register', { userId: `user-${randomUUID()}`, password })).statusCode).toBe(201);
});
