import type { Context } from '../context.ts';
import { statement } from '../sql/statement.ts';
import { startLoop, type Loop } from './loop.ts';

const purgeKeysSql = statement('purge-keys');

const batchMax = 1000;
const everyMs = 60_000;

/** Forgets idempotency keys of IDEMPOTENCY_KEY_HOURS ago. Several may run: rows that another has locked are skipped. */
export function startKeyPurge({ db, config, metrics, log }: Context): Loop {
  return startLoop('key purge', log, async () => {
    const [row] = await db.query<{ purged: number }>(purgeKeysSql, [config.idempotencyKeyHours, batchMax]);
    const purged = row?.purged ?? 0;
    metrics.keysPurged.inc(purged);
    return purged === batchMax ? 0 : everyMs;
  });
}
