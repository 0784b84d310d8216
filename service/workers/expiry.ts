import type { Context } from '../context.ts';
import type { Catalogue } from '../seats/catalogue.ts';
import { statement } from '../sql/statement.ts';
import { startLoop, type Loop } from './loop.ts';

const expireHoldsSql = statement('expire-holds');

const batchMax = 500;
const everyMs = 1000;

/** Frees seats whose hold has run out. Several may run: rows that another has locked are skipped. */
export function startExpiry(context: Context, catalogue: Catalogue): Loop {
  return startLoop('expiry', context.log, async () => ((await expireHolds(context, catalogue)) === batchMax ? 0 : everyMs));
}

/** One batch; how many were freed. */
export async function expireHolds(context: Context, catalogue: Catalogue): Promise<number> {
  const freed = await context.db.query<{ scheduleId: string; seatNo: number }>(expireHoldsSql, [batchMax]);
  if (freed.length === 0) return 0;
  context.metrics.reservationsCreated.inc({ status: 'EXPIRED' }, freed.length);
  context.wake.relay();
  await Promise.all([...new Set(freed.map(({ scheduleId }) => scheduleId))].map((scheduleId) => catalogue.seatsChanged(scheduleId)));
  return freed.length;
}
