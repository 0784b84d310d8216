import type { Context } from '../context.ts';
import type { OpenOrders } from '../money/open-orders.ts';
import { startLoop, type Loop } from './loop.ts';

const openMs = 500;
const idleMs = 2000;

/** Finds out what became of charges, card payments and refunds whose answer got lost. Several may run: settling twice changes nothing. */
export function startSettlement(context: Context, openOrders: OpenOrders): Loop {
  return startLoop('settlement', context.log, async () => ((await openOrders.settlePending()) > 0 ? openMs : idleMs));
}
