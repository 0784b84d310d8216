import { createHmac } from 'node:crypto';
import { createDecoder, createSigner, createVerifier, TokenError } from 'fast-jwt';
import { Problem } from '../domain/problem.ts';

/** A signing key; `id` stands in the header of each token, so that keys can be replaced one after the other. */
export interface SigningKey {
  readonly id: string;
  readonly secret: string;
}

/** The only one that is issued or accepted: a token that names another one is not ours. */
const algorithm = 'HS256';
const issuer = 'ticketing';

/** The key of an installation that names none: derived, so that a queue token's signature says nothing about it. */
export function derivedKey(tokenSecret: string): SigningKey {
  return { id: 'derived', secret: createHmac('sha256', tokenSecret).update('access tokens').digest('base64url') };
}

/** Short-lived tokens that say who somebody is. They are checked here and at once, without asking anybody. */
export class AccessTokens {
  readonly lifeSeconds: number;
  readonly #sign: (claims: { sub: string }) => string;
  readonly #verifiers: ReadonlyMap<string, (token: string) => { sub: unknown }>;
  readonly #decode = createDecoder({ complete: true });

  /** The first key signs, all of them are accepted. */
  constructor(keys: readonly SigningKey[], lifeSeconds: number) {
    const [first] = keys;
    if (!first) throw new Error('no key to sign access tokens with');
    this.lifeSeconds = lifeSeconds;
    this.#sign = createSigner({ algorithm, key: first.secret, kid: first.id, iss: issuer, expiresIn: lifeSeconds * 1000 });
    this.#verifiers = new Map(keys.map(({ id, secret }) => [id, createVerifier({ algorithms: [algorithm], key: secret, allowedIss: issuer, requiredClaims: ['sub', 'iat', 'exp'], cache: false })]));
  }

  issue(user: string): string {
    return this.#sign({ sub: user });
  }

  /** The user a token was issued to; throws 401 for one that is forged, malformed, of another key or algorithm, or over. */
  userOf(token: string): string {
    try {
      const { header } = this.#decode(token) as { header: { kid?: unknown } };
      const verify = typeof header.kid === 'string' ? this.#verifiers.get(header.kid) : undefined;
      const sub = verify?.(token).sub;
      if (typeof sub === 'string' && sub !== '') return sub;
    } catch (error) {
      if (error instanceof TokenError && error.code === TokenError.codes.expired) throw new Problem(401, 'ACCESS_TOKEN_EXPIRED', 'the access token has run out; log in again');
      if (!(error instanceof TokenError)) throw error;
    }
    throw new Problem(401, 'ACCESS_TOKEN_INVALID', 'the access token was not issued here');
  }
}
