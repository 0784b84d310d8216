import { Counter } from 'k6/metrics';

/** Counted once in setup(): the load begins now. */
export const loadBegins = new Counter('load_begins');

/** Counted at the start of each iteration: k6 itself only counts those that ended. */
export const arrivalsStarted = new Counter('arrivals_started');

/** A 2xx whose body is not what the endpoint promises; tag `name` is the endpoint. */
export const bodyCheckFailed = new Counter('body_check_failed');
