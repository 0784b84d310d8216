import type { FastifyRequest } from 'fastify';
import { Problem } from '../domain/problem.ts';
import type { TokenClaims } from '../domain/token.ts';
import type { Queue } from '../queue/queue.ts';
import type { AccessTokens } from './access-tokens.ts';

/** `trust`: scripts may say who they are. */
export type AuthMode = 'bearer' | 'trust';

/** Who is asking. Everything about "one's own" things goes through here, so that a way to prove it is written once. */
export class Identity {
  readonly #queue: Queue;
  readonly #tokens: AccessTokens;
  readonly #trusting: boolean;

  constructor(queue: Queue, tokens: AccessTokens, mode: AuthMode) {
    this.#queue = queue;
    this.#tokens = tokens;
    this.#trusting = mode === 'trust';
  }

  /** The user of the request, by access token or queue token; throws 401 when it proves none, 403 when it proves two. */
  userOf(request: FastifyRequest): string {
    return this.#only(this.#bearerOf(request), this.#queueClaimsOf(request)?.user, this.#namedBy(request));
  }

  /** The place in the queue that the request stands on, which must be its user's own. */
  placeOf(request: FastifyRequest): TokenClaims {
    const claims = this.#queue.claimsOf(queueTokenOf(request));
    this.#only(claims.user, this.#bearerOf(request), this.#namedBy(request));
    return claims;
  }

  /** Who wants a place. It takes an access token; where scripts are trusted, a name will do. */
  entrantOf(request: FastifyRequest, named: string | undefined): string {
    const bearer = this.#bearerOf(request);
    if (bearer === undefined && !this.#trusting) throw new Problem(401, 'ACCESS_TOKEN_MISSING', 'log in and send Authorization: Bearer with the access token');
    return this.#only(bearer, named, this.#namedBy(request));
  }

  #bearerOf(request: FastifyRequest): string | undefined {
    const { authorization } = request.headers;
    if (authorization === undefined) return undefined;
    const [, token] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
    if (token === undefined) throw new Problem(401, 'ACCESS_TOKEN_INVALID', 'Authorization must be: Bearer, a space, and the access token');
    return this.#tokens.userOf(token);
  }

  #queueClaimsOf(request: FastifyRequest): TokenClaims | undefined {
    const token = queueTokenOf(request);
    return token === undefined ? undefined : this.#queue.claimsOf(token);
  }

  #namedBy(request: FastifyRequest): string | undefined {
    if (!this.#trusting) return undefined;
    const named = request.headers['x-user-id'];
    if (named === undefined) return undefined;
    if (typeof named !== 'string' || !/^[A-Za-z0-9_.:-]{1,100}$/.test(named)) throw new Problem(400, 'VALIDATION_FAILED', 'headers/x-user-id is not a user id');
    return named;
  }

  /** All that the request says of its user must be one. */
  #only(...said: (string | undefined)[]): string {
    const user = said.find((name) => name !== undefined);
    if (user === undefined) throw new Problem(401, 'NOT_SIGNED_IN', 'send an access token, or the queue token you have');
    if (said.some((name) => name !== undefined && name !== user)) throw new Problem(403, 'NOT_YOUR_TOKEN', 'the tokens and names of this request belong to different users');
    return user;
  }

  /** The user of a request that proves one; whatever is wrong with it is said elsewhere. */
  knownUserOf(request: FastifyRequest): string | undefined {
    try {
      return this.userOf(request);
    } catch {
      return undefined;
    }
  }
}

function queueTokenOf(request: FastifyRequest): string | undefined {
  const token = request.headers['x-queue-token'];
  return typeof token === 'string' ? token : undefined;
}
