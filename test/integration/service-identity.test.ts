import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { AccessTokens } from '../../service/auth/access-tokens.ts';
import { SCHEDULE, startTestService, type TestService } from '../support/service.ts';

/** Who is asking: the shipped way, where one proves it, and the way in which scripts are trusted. */
const keys = [{ id: 'k1', secret: 'sixteen letters!' }];
const undo = new AsyncDisposableStack();
let shop: TestService;
let trusting: TestService;
beforeAll(async () => {
  shop = undo.use(await startTestService(inject('stack'), { settings: { AUTH_MODE: 'bearer', AUTH_KEYS: 'k1:sixteen letters!' } }));
  trusting = undo.use(await startTestService(inject('stack')));
});
afterAll(() => undo.disposeAsync());

const bearer = (user: string, lifeSeconds = 900) => `Bearer ${new AccessTokens(keys, lifeSeconds).issue(user)}`;
type Headers = Readonly<Record<string, string>>;
const enter = (service: TestService, headers: Headers, payload: object = {}) => service.service.app.inject({ method: 'POST', url: '/queue/token', headers, payload });
const tokenOf = async (service: TestService, headers: Headers, payload: object = {}) => ((await enter(service, headers, payload)).json() as { tokenValue: string }).tokenValue;
const charge = (service: TestService, headers: Headers, amount = 1000) =>
  service.service.app.inject({ method: 'POST', url: '/points/charge', headers: { 'idempotency-key': randomUUID(), ...headers }, payload: { amount } });
const walletOf = (service: TestService, user: string) => service.rows('SELECT 1 FROM wallets WHERE user_id = $1', [user]);

test('a place in the queue takes an access token, and is its own user’s', async () => {
  expect((await enter(shop, {})).json()).toMatchObject({ status: 401, code: 'ACCESS_TOKEN_MISSING' });
  expect((await enter(shop, {}, { userId: 'ann' })).json()).toMatchObject({ status: 401, code: 'ACCESS_TOKEN_MISSING' });
  expect((await enter(shop, { authorization: bearer('ann') }, { userId: 'bob' })).json()).toMatchObject({ status: 403, code: 'NOT_YOUR_TOKEN' });
  expect((await enter(shop, { 'x-user-id': 'ann' }, {})).json()).toMatchObject({ status: 401, code: 'ACCESS_TOKEN_MISSING' });
  expect(await shop.rows('SELECT 1 FROM queue_places')).toEqual([]);
  const first = await enter(shop, { authorization: bearer('ann') }, { userId: 'ann' });
  expect(first.statusCode).toBe(201);
  const again = await enter(shop, { authorization: bearer('ann') });
  expect([again.statusCode, again.json()]).toMatchObject([200, { tokenValue: (first.json() as { tokenValue: string }).tokenValue }]);
});

test('an access token or a queue token proves who one is; both must be the same user’s', async () => {
  const [annQueue, bobQueue] = await Promise.all(['ann', 'bob'].map((user) => tokenOf(shop, { authorization: bearer(user) })));
  expect((await charge(shop, { authorization: bearer('ann') })).statusCode).toBe(201);
  expect((await charge(shop, { 'x-queue-token': annQueue! })).statusCode).toBe(201);
  expect((await charge(shop, { authorization: bearer('ann'), 'x-queue-token': annQueue! })).json()).toMatchObject({ balance: 3000 });
  const two = { authorization: bearer('ann'), 'x-queue-token': bobQueue! };
  for (const answer of [
    await charge(shop, two),
    await shop.service.app.inject({ url: '/queue/token', headers: two }),
    await shop.service.app.inject({ method: 'POST', url: '/reservations', headers: two, payload: { scheduleId: SCHEDULE, seatNo: 1 } }),
    await shop.service.app.inject({ method: 'POST', url: '/payments', headers: { ...two, 'idempotency-key': 'x' }, payload: { reservationId: randomUUID(), amount: 1 } }),
    await shop.service.app.inject({ url: `/reservations/${randomUUID()}`, headers: two }),
  ]) expect(answer.json()).toMatchObject({ status: 403, code: 'NOT_YOUR_TOKEN' });
  expect(await walletOf(shop, 'bob')).toEqual([]);
});

test.for([
  ['nothing', {}, 'NOT_SIGNED_IN'],
  ['a name that was not asked for', { 'x-user-id': 'carol' }, 'NOT_SIGNED_IN'],
  ['a forged access token', { authorization: `Bearer ${new AccessTokens([{ id: 'k1', secret: 'another secret of others' }], 900).issue('carol')}` }, 'ACCESS_TOKEN_INVALID'],
  ['another kind of proof', { authorization: 'Basic Y2Fyb2w6c2VjcmV0' }, 'ACCESS_TOKEN_INVALID'],
  ['an empty proof', { authorization: '' }, 'ACCESS_TOKEN_INVALID'],
  ['a forged queue token', { 'x-queue-token': 'WyJjYXJvbCIsImFsbCIsMSwxXQ.c2lnbmF0dXJl' }, 'TOKEN_INVALID'],
  ['a good access token beside a forged queue token', { authorization: bearer('carol'), 'x-queue-token': 'WyJjYXJvbCIsImFsbCIsMSwxXQ.c2lnbmF0dXJl' }, 'TOKEN_INVALID'],
] as const)('%s is 401 and changes nothing', async ([, headers, code]) => {
  const answer = await charge(shop, headers as unknown as Headers);
  expect(answer.json()).toMatchObject({ status: 401, code, retryable: false });
  expect(answer.headers['www-authenticate']).toBe('Bearer');
  expect(await walletOf(shop, 'carol')).toEqual([]);
  expect(await shop.rows("SELECT 1 FROM charges WHERE user_id = 'carol'")).toEqual([]);
});

test('a script that is trusted names its user, in the body or by header, but not two', async () => {
  const token = await tokenOf(trusting, {}, { userId: 'dave' });
  expect(await tokenOf(trusting, { 'x-user-id': 'dave' })).toBe(token);
  expect((await charge(trusting, { 'x-user-id': 'dave' })).json()).toMatchObject({ balance: 1000 });
  expect((await charge(trusting, { 'x-user-id': 'erin', 'x-queue-token': token })).json()).toMatchObject({ status: 403, code: 'NOT_YOUR_TOKEN' });
  expect((await enter(trusting, { 'x-user-id': 'erin' }, { userId: 'dave' })).json()).toMatchObject({ status: 403, code: 'NOT_YOUR_TOKEN' });
  expect((await charge(trusting, { 'x-user-id': "'; DROP TABLE wallets" })).json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  expect((await enter(trusting, { authorization: 'Bearer nonsense' }, { userId: 'dave' })).json()).toMatchObject({ status: 401, code: 'ACCESS_TOKEN_INVALID' });
});
