import { Counter } from 'k6/metrics';

/** Counted once in setup(): the load begins now. */
export const loadBegins = new Counter('load_begins');

/** Counted at the start of each iteration: k6 itself only counts those that ended. */
export const arrivalsStarted = new Counter('arrivals_started');

/** Answers with 2xx whose body was looked at, right or wrong; counted at the end of an iteration, so one that throws counts none. */
export const bodiesLookedAt = new Counter('bodies_looked_at');

/** A 2xx whose body is not what the endpoint promises; tag `name` is the endpoint. */
export const bodyCheckFailed = new Counter('body_check_failed');
