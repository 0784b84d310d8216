import { AsyncLocalStorage } from 'node:async_hooks';

/** The request that the present work is done for. */
export interface RequestScope {
  /** epoch ms by which the request should be answered */
  readonly deadlineMs: number;
  /** It was answered for lack of time, or its caller has gone. */
  abandoned: boolean;
}

const present = new AsyncLocalStorage<RequestScope>();

/** Whatever `next` begins is done for this request. */
export const withinRequest = (scope: RequestScope, next: () => void): void => present.run(scope, next);

/** Runs what several requests share, or what no request waits for: no request's deadline or trace is its own. */
export const outsideRequests: <T>(work: () => T) => T = AsyncLocalStorage.snapshot();

/** Brings to its end what was begun with somebody else, whether its caller still waits or not. */
export const toTheEnd = <T>(work: () => T): T => present.run({ deadlineMs: Infinity, abandoned: false }, work);

/** ms until nobody waits for the present work any more; Infinity when no request asked for it, 0 when it was given up. */
export function remainingMs(): number {
  const scope = present.getStore();
  if (!scope) return Infinity;
  return scope.abandoned ? 0 : Math.max(0, scope.deadlineMs - Date.now());
}
