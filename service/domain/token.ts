import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';

/** What a queue token says; it is signed, so no look-up is needed to trust it. */
export interface TokenClaims {
  readonly user: string;
  readonly scope: string;
  /** number of the place in the queue */
  readonly seq: number;
  /** when the place was given, epoch ms */
  readonly issuedAtMs: number;
}

/** The same claims always give the same token, so a token asked for again is the same text. */
export function signToken(claims: TokenClaims, secret: string): string {
  const body = Buffer.from(JSON.stringify([claims.user, claims.scope, claims.seq, claims.issuedAtMs])).toString('base64url');
  return `${body}.${signature(body, secret)}`;
}

/** The claims of a token, or undefined when it was not signed by us or is malformed. */
export function verifyToken(token: string, secret: string): TokenClaims | undefined {
  const dot = token.indexOf('.');
  if (dot < 1) return undefined;
  const body = token.slice(0, dot);
  const given = Buffer.from(token.slice(dot + 1));
  const expected = Buffer.from(signature(body, secret));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const [user, scope, seq, issuedAtMs] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [string, string, number, number];
  return { user, scope, seq, issuedAtMs };
}

const keys = new Map<string, KeyObject>();

/** Making a key of the secret costs more than signing with it. */
function keyOf(secret: string): KeyObject {
  const key = keys.get(secret) ?? createSecretKey(secret, 'utf8');
  keys.set(secret, key);
  return key;
}

function signature(body: string, secret: string): string {
  return createHmac('sha256', keyOf(secret)).update(body).digest('base64url');
}
