import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { signToken, verifyToken } from '../../../service/domain/token.ts';

const secret = 'the secret of the tests';
const claims = { user: 'ann', scope: 'all', seq: 7, issuedAtMs: 1_795_000_000_000 };
const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const sign = (body: string, key = secret): string => `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`;

test('a token says what was signed, and the same claims give the same token', () => {
  expect(verifyToken(signToken(claims, secret), secret)).toEqual(claims);
  expect(signToken({ ...claims }, secret)).toBe(signToken(claims, secret));
});

test.for([
  ['other claims under a true signature', `${encode(['bob', 'all', 1, 0])}.${signToken(claims, secret).split('.')[1]}`],
  ['signed with another secret', signToken(claims, 'another secret')],
  ['a body that is not JSON, signed by nobody', `${encode('{"user":')}.${encode('nobody')}`],
  ['no signature', signToken(claims, secret).split('.')[0]!],
  ['an empty signature', `${signToken(claims, secret).split('.')[0]}.`],
  ['one character more', `${signToken(claims, secret)}A`],
  ['one character less', signToken(claims, secret).slice(0, -1)],
  ['no body', sign('').slice(0)],
  ['the algorithm "none" of a JWT', `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ user: 'ann', scope: 'all', seq: 1 })}.`],
  ['nothing', ''],
  ['signs that no encoding has', '\u0000.\ufffd'],
])('%s is not a token', ([, token]) => {
  expect(verifyToken(token!, secret)).toBeUndefined();
});
