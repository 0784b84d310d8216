import type { Context, Visit } from '../context.ts';
import { Batcher } from '../domain/batcher.ts';
import { pollAfterMs, positionOf } from '../domain/position.ts';
import { Problem } from '../domain/problem.ts';
import { signToken, verifyToken, type TokenClaims } from '../domain/token.ts';
import { statement } from '../sql/statement.ts';
import { QUEUE_SCOPE, Watermark } from './watermark.ts';

const readPlaceSql = statement('read-place');
const enterQueueSql = statement('enter-queue');

interface Place {
  readonly seq: number;
  readonly issuedAtMs: number;
  readonly fresh: boolean;
}

export interface PlaceStatus {
  readonly status: 'WAITING' | 'ACTIVE';
  readonly position: number;
  readonly pollAfterMs: number;
  readonly expiresAt?: string;
}

const batchMax = 200;

/**
 * The queue. PostgreSQL knows every place and admits in order; Redis remembers who waits where, so that asking again
 * costs no SQL, and says how far admission went. An empty or missing Redis therefore costs time, never a place.
 */
export class Queue {
  readonly watermark: Watermark;
  readonly #context: Context;
  readonly #entrances: Batcher<string, Place>;

  constructor(context: Context) {
    this.#context = context;
    this.watermark = new Watermark(context);
    this.#entrances = new Batcher((users) => this.#takePlaces(users), batchMax);
  }

  /** A place for this user: the one it has, or a new one at the end. */
  async enter(user: string, visit: Visit): Promise<PlaceStatus & { token: string; fresh: boolean }> {
    const place = (await this.#waitingPlace(user, visit)) ?? (await this.#takePlace(user, visit));
    const claims: TokenClaims = { user, scope: QUEUE_SCOPE, seq: place.seq, issuedAtMs: place.issuedAtMs };
    this.#context.wake.admission();
    return { ...(await this.status(claims, visit)), token: signToken(claims, this.#context.config.tokenSecret), fresh: place.fresh };
  }

  /** Whose token this is; throws 401 for one that we did not sign. */
  claimsOf(token: string | undefined): TokenClaims {
    const claims = token === undefined ? undefined : verifyToken(token, this.#context.config.tokenSecret);
    if (!claims || claims.scope !== QUEUE_SCOPE) throw new Problem(401, 'TOKEN_INVALID', 'the queue token is missing or was not issued here');
    return claims;
  }

  /** Where this place stands. Only a place that admission has passed is looked up in PostgreSQL. */
  async status(claims: TokenClaims, visit: Visit): Promise<PlaceStatus> {
    const { config, db } = this.#context;
    const position = positionOf(claims.seq, await this.watermark.read(visit));
    const waiting: PlaceStatus = { status: 'WAITING', position: Math.max(1, position), pollAfterMs: pollAfterMs(position, config.queueAdmissionPerSecond, Math.random()) };
    if (position > 0) return waiting;
    const [place] = await db.query<{ status: 'WAITING' | 'ACTIVE' | 'OVER'; expiresAt: Date | null }>(readPlaceSql, [claims.scope, claims.seq, claims.user, config.waitingTokenSeconds]);
    if (place?.status === 'WAITING') return waiting;
    if (place?.status !== 'ACTIVE') throw new Problem(410, 'TOKEN_OVER', 'this place in the queue was used or ran out; ask for a new token');
    return { status: 'ACTIVE', position: 0, pollAfterMs: 0, ...(place.expiresAt && { expiresAt: place.expiresAt.toISOString() }) };
  }

  /** What Redis remembers is believed only while the place is still waiting: later it may have been used or run out. */
  async #waitingPlace(user: string, visit: Visit): Promise<Place | undefined> {
    try {
      const known = await this.#context.redis.get(keyOf(user));
      if (known === null) return undefined;
      const [seq = 0, issuedAtMs = 0] = known.split(':').map(Number);
      return seq > (await this.watermark.read(visit)) ? { seq, issuedAtMs, fresh: false } : undefined;
    } catch {
      visit.degraded.add('redis');
      return undefined;
    }
  }

  async #takePlace(user: string, visit: Visit): Promise<Place> {
    const place = await this.#entrances.add(user);
    await this.#context.redis
      .setFor(keyOf(user), `${place.seq}:${place.issuedAtMs}`, this.#context.config.waitingTokenSeconds * 1000)
      .catch(() => void visit.degraded.add('redis'));
    return place;
  }

  async #takePlaces(users: readonly string[]): Promise<Place[]> {
    const rows = await this.#context.db.query<Place & { user: string }>(enterQueueSql, [QUEUE_SCOPE, users, this.#context.config.waitingTokenSeconds]);
    const places = new Map(rows.map(({ user, ...place }) => [user, place]));
    return users.map((user) => {
      const place = places.get(user);
      if (!place) throw new Error(`no place was given to ${user}`);
      return place;
    });
  }
}

const keyOf = (user: string): string => `queue:${QUEUE_SCOPE}:user:${user}`;
