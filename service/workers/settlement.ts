import type { Context } from '../context.ts';
import type { Charges } from '../money/charges.ts';
import { startLoop, type Loop } from './loop.ts';

const openMs = 500;
const idleMs = 2000;

/** Finds out what became of charges whose answer got lost. Several may run: settling twice changes nothing. */
export function startSettlement(context: Context, charges: Charges): Loop {
  return startLoop('settlement', context.log, async () => ((await charges.settlePending()) > 0 ? openMs : idleMs));
}
