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

/** What became of one who came; `remembered` is false while Redis does not remember anybody. */
interface Entrance {
  readonly place: Place | undefined;
  readonly remembered: boolean;
}

const batchMax = 200;
/** Notes the places of many in one call. */
const rememberScript = "for i, key in ipairs(KEYS) do redis.call('set', key, ARGV[i + 1], 'px', ARGV[1]) end";

/** The places of one scope, as this process sees them. */
export class Line {
  readonly progress: ProgressReader;
  readonly #context: Context;
  readonly #scope: string;
  readonly #entrances: Batcher<string, Entrance>;

  constructor(context: Context, scope: string) {
    this.#context = context;
    this.#scope = scope;
    this.progress = new ProgressReader(context, scope);
    this.#entrances = new Batcher((users) => this.#letIn(users), batchMax);
  }

  /** The place this user has, or a new one at the end. Throws 404 when there is no such queue. */
  async enter(user: string, visit: Visit): Promise<Place> {
    const { place, remembered } = await this.#entrances.add(user);
    if (!remembered) visit.degraded.add('redis');
    if (!place) throw new Problem(404, 'SCHEDULE_NOT_FOUND', 'there is no such schedule');
    return place;
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

  /** One look into Redis, one statement and one note for all who came together: larger batches beat more of them at once. */
  async #letIn(users: readonly string[]): Promise<Entrance[]> {
    const waiting = await this.#waitingPlaces(users).catch(() => undefined);
    const newcomers = users.filter((user) => !waiting?.has(user));
    const placed = newcomers.length === 0 ? new Map<string, Place>() : await this.#takePlaces(newcomers);
    return users.map((user) => ({ place: waiting?.get(user) ?? placed.get(user), remembered: waiting !== undefined }));
  }

  /** What Redis remembers is believed only while the place is still waiting: later it may have been used or run out. */
  async #waitingPlaces(users: readonly string[]): Promise<Map<string, Place>> {
    const [notes, progress] = await Promise.all([this.#context.redis.getMany(users.map((user) => this.#keyOf(user))), this.progress.current()]);
    const places = new Map<string, Place>();
    users.forEach((user, index) => {
      const [seq, issuedAtMs] = (notes[index] ?? '').split(':').map(Number);
      if (seq === undefined || issuedAtMs === undefined) return;
      const place: Place = { seq, issuedAtMs, fresh: false };
      if (seq > progress.watermark && !this.gaveUp(place, progress)) places.set(user, place);
    });
    return places;
  }

  async #takePlaces(users: readonly string[]): Promise<Map<string, Place>> {
    const { db, redis, config } = this.#context;
    const rows = await db.query<Place & { user: string }>(enterQueueSql, [this.#scope, users, config.waitingTokenSeconds]);
    const notes = [config.waitingTokenSeconds * 1000, ...rows.map(({ seq, issuedAtMs }) => `${seq}:${issuedAtMs}`)];
    // Nobody waits for it: whoever is not remembered is found in PostgreSQL.
    if (rows.length > 0) redis.evaluate(rememberScript, rows.map(({ user }) => this.#keyOf(user)), notes).catch(() => undefined);
    return new Map(rows.map(({ user, ...place }) => [user, place]));
  }

  #keyOf(user: string): string {
    return `queue:${this.#scope}:user:${user}`;
  }
}
