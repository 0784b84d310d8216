import { Problem } from '../domain/problem.ts';
import type { TokenClaims } from '../domain/token.ts';

/** The queue of the whole sale; with QUEUE_SCOPE=schedule each schedule has its own, by its id. */
export const SCOPE_ALL = 'all';

/** Throws 403 when this place is one in the queue of another schedule. */
export function requireScope(claims: TokenClaims, scheduleId: string): void {
  if (claims.scope !== SCOPE_ALL && claims.scope !== scheduleId) throw new Problem(403, 'WRONG_QUEUE', 'this queue token is good for another schedule');
}
