import { createHmac } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { AccessTokens, derivedKey } from '../../../service/auth/access-tokens.ts';

const old = { id: 'old', secret: 'sixteen letters!' };
const fresh = { id: 'fresh', secret: 'sixteen letters?' };
afterEach(() => vi.useRealTimers());

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
/** A token as somebody else would make it. */
function forge(header: object, claims: object, secret?: string, digest = 'sha256'): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${secret === undefined ? '' : createHmac(digest, secret).update(input).digest('base64url')}`;
}
const nowSeconds = Math.floor(Date.now() / 1000);
const claims = { iss: 'ticketing', sub: 'ann', iat: nowSeconds, exp: nowSeconds + 60 };
const refused = (token: string, code = 'ACCESS_TOKEN_INVALID') => expect(() => new AccessTokens([old], 900).userOf(token), token).toThrow(expect.objectContaining({ status: 401, code }));

test('a token says who it was issued to', () => {
  const tokens = new AccessTokens([old], 900);
  expect(tokens.userOf(tokens.issue('ann'))).toBe('ann');
  expect(tokens.userOf(forge({ alg: 'HS256', kid: 'old' }, claims, old.secret))).toBe('ann');
});

test.for([
  ['has no signature', forge({ alg: 'none', kid: 'old' }, claims)],
  ['has no signature, in capitals', forge({ alg: 'NONE', kid: 'old' }, claims)],
  ['says none and is signed', forge({ alg: 'none', kid: 'old' }, claims, old.secret)],
  ['is signed by another algorithm', forge({ alg: 'HS512', kid: 'old' }, claims, old.secret, 'sha512')],
  ['is signed with another secret', forge({ alg: 'HS256', kid: 'old' }, claims, fresh.secret)],
  ['names a key that is not there', forge({ alg: 'HS256', kid: 'fresh' }, claims, fresh.secret)],
  ['names no key', forge({ alg: 'HS256' }, claims, old.secret)],
  ['names a key that is no text', forge({ alg: 'HS256', kid: { toString: 'old' } }, claims, old.secret)],
  ['names a property of every object', forge({ alg: 'HS256', kid: '__proto__' }, claims, old.secret)],
  ['is of another issuer', forge({ alg: 'HS256', kid: 'old' }, { ...claims, iss: 'elsewhere' }, old.secret)],
  ['never ends', forge({ alg: 'HS256', kid: 'old' }, { ...claims, exp: undefined }, old.secret)],
  ['ends at no time', forge({ alg: 'HS256', kid: 'old' }, { ...claims, exp: 'never' }, old.secret)],
  ['names nobody', forge({ alg: 'HS256', kid: 'old' }, { ...claims, sub: '' }, old.secret)],
  ['names an object', forge({ alg: 'HS256', kid: 'old' }, { ...claims, sub: { user: 'ann' } }, old.secret)],
  ['is empty', ''],
  ['is dots', '..'],
  ['is not a token', 'Zm9v.YmFy.YmF6'],
] as const)('a token that %s is refused', ([, token]) => refused(token));

test('a token whose body was changed is refused', () => {
  const [head, , signature] = new AccessTokens([old], 900).issue('ann').split('.');
  refused(`${head}.${encode({ ...claims, sub: 'bob' })}.${signature}`);
});

test('a token ends when its time is over', () => {
  vi.useFakeTimers({ now: Date.now() });
  const tokens = new AccessTokens([old], 900);
  const token = tokens.issue('ann');
  vi.advanceTimersByTime(899_000);
  expect(tokens.userOf(token)).toBe('ann');
  vi.advanceTimersByTime(2000);
  expect(() => tokens.userOf(token)).toThrow(expect.objectContaining({ status: 401, code: 'ACCESS_TOKEN_EXPIRED' }));
});

test('keys are replaced without anybody being sent away', () => {
  const before = new AccessTokens([old], 900);
  const between = new AccessTokens([old, fresh], 900);
  const after = new AccessTokens([fresh, old], 900);
  const end = new AccessTokens([fresh], 900);
  expect(after.userOf(before.issue('ann'))).toBe('ann');
  expect(between.userOf(after.issue('ann'))).toBe('ann');
  expect(end.userOf(after.issue('ann'))).toBe('ann');
  expect(() => end.userOf(before.issue('ann'))).toThrow('not issued here');
});

test('the key that is derived is not the secret of queue tokens', () => {
  expect(derivedKey(old.secret).secret).not.toContain(old.secret);
  expect(derivedKey(old.secret)).not.toEqual(derivedKey(fresh.secret));
});
