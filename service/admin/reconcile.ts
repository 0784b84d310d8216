import { cacheAreas } from '../cache/areas.ts';
import type { Context } from '../context.ts';
import type { OpenOrders } from '../money/open-orders.ts';
import type { Catalogue } from '../seats/catalogue.ts';
import type { Settlements } from '../settlements/settlements.ts';
import { statement } from '../sql/statement.ts';
import { admit } from '../workers/admission.ts';
import { expireHolds } from '../workers/expiry.ts';

const closeStalePlacesSql = statement('close-stale-places');

const placesMax = 1000;
/** Ends what would go on for as long as new work comes. */
const roundsMax = 100;

export interface ReconcileParts {
  readonly context: Context;
  readonly catalogue: Catalogue;
  readonly settlements: Settlements;
  readonly openOrders: OpenOrders;
}

export interface Reconciled {
  readonly stillUnsettled: number;
  readonly holdsExpired: number;
  readonly placesClosed: number;
  readonly daysClosed: number;
  /** false: Redis is away; the cache is emptied and filled when it is back */
  readonly redisRebuilt: boolean;
}

/** Does now what workers do by and by, and rebuilds in Redis what PostgreSQL knows. Done again it finds nothing to do. */
export class Reconcile {
  readonly #parts: ReconcileParts;

  constructor(parts: ReconcileParts) {
    this.#parts = parts;
  }

  async run(): Promise<Reconciled> {
    const { context, catalogue, settlements, openOrders } = this.#parts;
    const stillUnsettled = await openOrders.settlePending();
    const holdsExpired = await repeated(() => expireHolds(context, catalogue));
    const placesClosed = await repeated(async () => (await context.db.query(closeStalePlacesSql, [context.config.waitingTokenSeconds, placesMax])).length);
    const daysClosed = await settlements.closeDue();
    await admit(context);
    context.wake.relay();
    for (const area of cacheAreas) await catalogue.invalidate(area);
    const redisRebuilt = await catalogue.rebuildRanking().then(() => !context.redis.isOpen, () => false);
    return { stillUnsettled, holdsExpired, placesClosed, daysClosed, redisRebuilt };
  }
}

/** Until a round finds nothing; the sum of all. */
async function repeated(round: () => Promise<number>): Promise<number> {
  let sum = 0;
  for (let index = 0; index < roundsMax; index++) {
    const done = await round();
    if (done === 0) break;
    sum += done;
  }
  return sum;
}
