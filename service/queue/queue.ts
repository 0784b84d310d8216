import { LRUCache } from 'lru-cache';
import type { Context, Visit } from '../context.ts';
import { pollAfterMs, positionOf } from '../domain/position.ts';
import { Problem } from '../domain/problem.ts';
import { signToken, verifyToken, type TokenClaims } from '../domain/token.ts';
import { statement } from '../sql/statement.ts';
import { Line } from './line.ts';
import { SCOPE_ALL } from './scope.ts';

const readPlaceSql = statement('read-place');

export interface PlaceStatus {
  readonly status: 'WAITING' | 'ACTIVE';
  readonly position: number;
  readonly pollAfterMs: number;
  readonly expiresAt?: string;
}

/** Lines this process remembers; one that is forgotten is read anew. */
const linesMax = 1000;

/**
 * The queue. PostgreSQL knows every place and admits in order; Redis remembers who waits where, so that asking again
 * costs no SQL, and says how far admission went. An empty or missing Redis therefore costs time, never a place.
 */
export class Queue {
  readonly #context: Context;
  readonly #lines = new LRUCache<string, Line>({ max: linesMax });

  constructor(context: Context) {
    this.#context = context;
  }

  /** A place for this user: the one it has, or a new one at the end. Throws 404 or 422 when the schedule is not known or not named. */
  async enter(user: string, scheduleId: string | undefined, visit: Visit): Promise<PlaceStatus & { token: string; fresh: boolean }> {
    const scope = this.#scopeOf(scheduleId);
    const place = await this.#line(scope).enter(user, visit);
    const claims: TokenClaims = { user, scope, seq: place.seq, issuedAtMs: place.issuedAtMs };
    this.#context.wake.admission();
    return { ...(await this.status(claims, visit)), token: signToken(claims, this.#context.config.tokenSecret), fresh: place.fresh };
  }

  /** Gives up the place, waiting or active; the next may have it at once. Giving it up again changes nothing. */
  async leave(claims: TokenClaims, visit: Visit): Promise<void> {
    await this.#line(claims.scope).leave(claims, visit);
    this.#context.wake.admission();
  }

  /** Whose token this is; throws 401 for one that we did not sign, or not for this way of queueing. */
  claimsOf(token: string | undefined): TokenClaims {
    const { config } = this.#context;
    const claims = token === undefined ? undefined : verifyToken(token, config.tokenSecret);
    if (!claims || (claims.scope === SCOPE_ALL) !== (config.queueScope === 'all')) throw new Problem(401, 'TOKEN_INVALID', 'the queue token is missing or was not issued here');
    return claims;
  }

  /** Where this place stands. Only a place that admission has passed is looked up in PostgreSQL. */
  async status(claims: TokenClaims, visit: Visit): Promise<PlaceStatus> {
    const { config, db, live } = this.#context;
    const line = this.#line(claims.scope);
    const progress = await line.progress.read(visit);
    const position = positionOf(claims.seq, progress);
    const ratePerSecond = config.queueAdmissionPerSecond * live.current.admissionFactor;
    const waiting: PlaceStatus = { status: 'WAITING', position: Math.max(1, position), pollAfterMs: pollAfterMs(position, ratePerSecond, Math.random()) };
    if (position > 0) {
      if (line.gaveUp(claims, progress)) throw placeOver();
      return waiting;
    }
    const [place] = await db.query<{ status: 'WAITING' | 'ACTIVE' | 'OVER'; expiresAt: Date | null }>(readPlaceSql, [claims.scope, claims.seq, claims.user, config.waitingTokenSeconds]);
    if (place?.status === 'WAITING') return waiting;
    if (place?.status !== 'ACTIVE') throw placeOver();
    return { status: 'ACTIVE', position: 0, pollAfterMs: 0, ...(place.expiresAt && { expiresAt: place.expiresAt.toISOString() }) };
  }

  #scopeOf(scheduleId: string | undefined): string {
    if (this.#context.config.queueScope === 'all') return SCOPE_ALL;
    if (scheduleId === undefined) throw new Problem(422, 'SCHEDULE_REQUIRED', 'there is a queue for each schedule: name one');
    if (scheduleId === SCOPE_ALL) throw new Problem(404, 'SCHEDULE_NOT_FOUND', 'there is no such schedule');
    return scheduleId;
  }

  #line(scope: string): Line {
    const known = this.#lines.get(scope);
    if (known) return known;
    const line = new Line(this.#context, scope);
    this.#lines.set(scope, line);
    return line;
  }
}

const placeOver = (): Problem => new Problem(410, 'TOKEN_OVER', 'this place in the queue was used, left or ran out; ask for a new token');
