import type { Context } from '../context.ts';
import { statement } from '../sql/statement.ts';

const readBalanceSql = statement('read-balance');

/** How many points a user has; 0 when none were ever bought. */
export async function balanceOf({ db }: Context, user: string): Promise<number> {
  const [wallet] = await db.query<{ balance: number }>(readBalanceSql, [user]);
  return wallet?.balance ?? 0;
}
