import exec from 'k6/execution';
import { Counter, Gauge } from 'k6/metrics';

/** Counted once in setup(): the load begins now. */
export const loadBegins = new Counter('load_begins');

/** k6 itself only counts iterations that ended. */
export const arrivalsStarted = new Counter('arrivals_started');

/** When the scenario began, epoch ms: what is due when is counted from there. */
const scenarioStarted = new Gauge('scenario_started_ms');

/** Somebody arrives: right before the first request of each iteration. */
export function countArrival(): void {
  if (exec.scenario.iterationInInstance === 0) scenarioStarted.add(exec.scenario.startTime);
  arrivalsStarted.add(1);
}

/** Answers with 2xx whose body was looked at, right or wrong; counted at the end of an iteration, so one that throws counts none. */
export const bodiesLookedAt = new Counter('bodies_looked_at');

/** A 2xx whose body is not what the endpoint promises; tag `name` is the endpoint. */
export const bodyCheckFailed = new Counter('body_check_failed');
