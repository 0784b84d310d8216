import { canaryDeadlineMs, type Probe } from '../../world.ts';

/** How long the standard canary of a target waits for its answer, less what a timer may be early. */
const patienceMs = (target: string): number => canaryDeadlineMs(target) - 10;

/** Calls of the service to Redis end after 150 ms, so their mean never gets further than that. */
export const LONGEST_CALL_MS = 150;

/** The look got no connection: nobody listens. */
export const wasRefused = ({ ok, detail }: Probe): boolean => !ok && detail === 'ECONNREFUSED';

/** The look had a connection, and no answer came. */
export const gotNoAnswer = ({ ok, latencyMs }: Probe, target: string): boolean => !ok && latencyMs >= patienceMs(target);

/** The look had a connection, which was ended before the answer was there. */
export const wasCut = (probe: Probe, target: string): boolean => !probe.ok && !wasRefused(probe) && !gotNoAnswer(probe, target);

/** The look took at least so long, or as long as it could. */
export const wasSlow = ({ latencyMs }: Probe, target: string, leastMs: number): boolean => latencyMs >= Math.min(leastMs, patienceMs(target));
