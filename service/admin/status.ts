import type { Health } from '../clients/health.ts';
import type { Database } from '../clients/postgres.ts';
import type { DeadLetterCount, DeadLetters } from '../consumers/dead-letters.ts';
import type { Context } from '../context.ts';
import { serviceVersion } from '../plugins/openapi.ts';
import { statement } from '../sql/statement.ts';
import type { LoopState } from '../workers/loop.ts';

const opsFiguresSql = statement('ops-figures');
const breakerStates = ['CLOSED', 'HALF_OPEN', 'OPEN'] as const;

/** What only PostgreSQL knows; nothing of it while the database is away. */
export interface OpsFigures {
  readonly migrations: { readonly applied: number; readonly last: string };
  readonly queues: readonly { readonly scope: string; readonly waiting: number; readonly active: number; readonly watermark: number; readonly lastPlace: number }[];
  readonly outbox: { readonly pending: number; readonly oldestAgeSeconds: number };
  readonly unsettled: { readonly charges: number; readonly payments: number; readonly refunds: number };
  readonly settlements: { readonly lastClosed: string | null; readonly open: number; readonly failed: number };
}

export interface StatusParts {
  /** whose database is that of operations */
  readonly context: Context;
  readonly pools: Readonly<Record<'requests' | 'work' | 'operations', Database>>;
  readonly health: Health;
  readonly deadLetters: DeadLetters;
  readonly loops: () => readonly LoopState[];
}

/** How every mechanism is. Answers within a second or so, whatever is down: what cannot be asked is left out. */
export class Status {
  readonly #parts: StatusParts;
  readonly #startedAt = new Date();

  constructor(parts: StatusParts) {
    this.#parts = parts;
  }

  async read() {
    const { context, pools, health, deadLetters, loops } = this.#parts;
    const { config, db, metrics, live } = context;
    const up = await health.look();
    const [figures, letters] = up.database ? await Promise.all([known(db.query<OpsFigures>(opsFiguresSql)), known(deadLetters.count())]) : [];
    return {
      version: serviceVersion,
      roles: [...config.roles],
      startedAt: this.#startedAt.toISOString(),
      uptimeSeconds: Math.round((Date.now() - this.#startedAt.getTime()) / 1000),
      up,
      pools: Object.entries(pools).map(([pool, { usage }]) => ({ pool, ...usage })),
      breakers: (await metrics.breakerState.get()).values.map(({ labels, value }) => ({ dependency: String(labels.dependency), state: breakerStates[value] ?? 'OPEN' })),
      ...figuresOf(figures?.[0]),
      ...(letters && { deadLetters: letters satisfies DeadLetterCount[] }),
      consumers: config.roles.has('consumer') ? (await metrics.kafkaLag.get()).values.map(({ labels, value }) => ({ ...textLabels(labels), lag: value })) : [],
      cache: await this.#cache(),
      live: live.current,
      workers: loops().map(({ name, rounds, failures, lastRoundAtMs, lastError }) => ({
        name,
        rounds,
        failures,
        ...(lastRoundAtMs !== undefined && { lastRoundAt: new Date(lastRoundAtMs).toISOString() }),
        ...(lastError !== '' && { lastError }),
      })),
    };
  }

  /** Since this process began. */
  async #cache() {
    const { cacheRequests, cacheHits } = this.#parts.context.metrics;
    const hits = new Map((await cacheHits.get()).values.map(({ labels, value }) => [labels.area, value]));
    return (await cacheRequests.get()).values.map(({ labels, value: requests }) => {
      const hit = hits.get(labels.area) ?? 0;
      return { area: String(labels.area), requests, hits: hit, hitRatio: requests === 0 ? 0 : hit / requests };
    });
  }
}

/** What cannot be read is not said, instead of failing all the rest. */
const known = <T>(reading: Promise<T>): Promise<T | undefined> => reading.catch(() => undefined);

function figuresOf(figures: OpsFigures | undefined) {
  if (!figures) return {};
  const { lastClosed, ...days } = figures.settlements;
  return { ...figures, settlements: { ...days, ...(lastClosed !== null && { lastClosed }) } };
}

function textLabels(labels: Partial<Record<string, string | number>>): { topic?: string; group?: string } {
  const { topic, group } = labels;
  return { ...(topic !== undefined && { topic: String(topic) }), ...(group !== undefined && { group: String(group) }) };
}
