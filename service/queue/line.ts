import type { Context, Visit } from '../context.ts';
import { Batcher } from '../domain/batcher.ts';
import { isGivenUp, type Progress } from '../domain/position.ts';
import { Problem } from '../domain/problem.ts';
import type { TokenClaims } from '../domain/token.ts';
import { statement } from '../sql/statement.ts';
import { ProgressReader } from './progress.ts';

const enterQueueSql = statement('enter-queue');
const leaveQueueSql = statement('leave-queue');

export interface Place {
  readonly seq: number;
  readonly issuedAtMs: number;
  readonly fresh: boolean;
}

const batchMax = 200;

/** The places of one scope, as this process sees them. */
export class Line {
  readonly progress: ProgressReader;
  readonly #context: Context;
  readonly #scope: string;
  readonly #entrances: Batcher<string, Place | undefined>;

  constructor(context: Context, scope: string) {
    this.#context = context;
    this.#scope = scope;
    this.progress = new ProgressReader(context, scope);
    this.#entrances = new Batcher((users) => this.#takePlaces(users), batchMax);
  }

  /** The place this user has, or a new one at the end. Throws 404 when there is no such queue. */
  async enter(user: string, visit: Visit): Promise<Place> {
    return (await this.#waitingPlace(user, visit)) ?? (await this.#takePlace(user, visit));
  }

  /** Ends the place; one that is over already stays as it is. */
  async leave({ user, seq, issuedAtMs }: TokenClaims, visit: Visit): Promise<void> {
    const { db, redis, config } = this.#context;
    await db.query(leaveQueueSql, [this.#scope, seq, user, config.waitingTokenSeconds]);
    this.progress.giveUp(seq);
    await redis.deleteIfEquals(this.#keyOf(user), `${seq}:${issuedAtMs}`).catch(() => void visit.degraded.add('redis'));
  }

  /** Whether a place that admission has not passed ended without its turn. */
  gaveUp({ seq, issuedAtMs }: Pick<Place, 'seq' | 'issuedAtMs'>, progress: Progress): boolean {
    return isGivenUp(seq, progress) || issuedAtMs + this.#context.config.waitingTokenSeconds * 1000 <= Date.now();
  }

  /** What Redis remembers is believed only while the place is still waiting: later it may have been used or run out. */
  async #waitingPlace(user: string, visit: Visit): Promise<Place | undefined> {
    try {
      const known = await this.#context.redis.get(this.#keyOf(user));
      if (known === null) return undefined;
      const [seq = 0, issuedAtMs = 0] = known.split(':').map(Number);
      const place: Place = { seq, issuedAtMs, fresh: false };
      const progress = await this.progress.read(visit);
      return seq > progress.watermark && !this.gaveUp(place, progress) ? place : undefined;
    } catch {
      visit.degraded.add('redis');
      return undefined;
    }
  }

  async #takePlace(user: string, visit: Visit): Promise<Place> {
    const place = await this.#entrances.add(user);
    if (!place) throw new Problem(404, 'SCHEDULE_NOT_FOUND', 'there is no such schedule');
    await this.#context.redis
      .setFor(this.#keyOf(user), `${place.seq}:${place.issuedAtMs}`, this.#context.config.waitingTokenSeconds * 1000)
      .catch(() => void visit.degraded.add('redis'));
    return place;
  }

  async #takePlaces(users: readonly string[]): Promise<(Place | undefined)[]> {
    const rows = await this.#context.db.query<Place & { user: string }>(enterQueueSql, [this.#scope, users, this.#context.config.waitingTokenSeconds]);
    const places = new Map(rows.map(({ user, ...place }) => [user, place]));
    return users.map((user) => places.get(user));
  }

  #keyOf(user: string): string {
    return `queue:${this.#scope}:user:${user}`;
  }
}
