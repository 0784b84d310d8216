import type { Context } from '../context.ts';
import { statement } from '../sql/statement.ts';
import { startLoop, type Loop } from '../workers/loop.ts';

const seedFixturesSql = statement('seed-fixtures');
const dayMs = 86_400_000;

/** COMPAT=seed: what the documents' scripts ask for is there as soon as the database is. */
export function startFixtures({ db, log }: Context): Loop {
  return startLoop('fixtures', log, async () => {
    await db.query(seedFixturesSql);
    return dayMs;
  });
}
