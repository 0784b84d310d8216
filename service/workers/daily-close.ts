import type { Context } from '../context.ts';
import type { Settlements } from '../settlements/settlements.ts';
import { startLoop, type Loop } from './loop.ts';

const everyMs = 60_000;

/** Closes days that are over. Several may run: each step of a day is done by one of them. */
export function startDailyClose(context: Context, settlements: Settlements): Loop {
  return startLoop('daily close', context.log, async () => {
    await settlements.closeDue();
    return everyMs;
  }, { retryMs: 5000 });
}
