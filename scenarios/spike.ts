import exec from 'k6/execution';
import http from 'k6/http';
import type { Options } from 'k6/options';
import { TicketingApi } from './lib/api.ts';
import { countLookedAt } from './lib/client.ts';
import { History } from './lib/history.ts';
import { openingJourney } from './lib/journey.ts';
import { countArrival, loadBegins } from './lib/metrics.ts';
import { seededRandom } from './lib/pick.ts';
import { k6Profile, profileMs } from './lib/profile.ts';
import { loadSettings } from './lib/settings.ts';

/*
 * The opening of a sale: people arrive at a rate of their own, whatever the service does (an open model), and each
 * goes from the queue to the receipt. By hand: k6 run scenarios/spike.ts -e BASE_URL=http://127.0.0.1:3000 -e RATE=20
 */
const load = loadSettings(__ENV);

export const options: Options = {
  scenarios: {
    spike: {
      executor: 'ramping-arrival-rate',
      ...k6Profile(load.startPerSecond, load.stages),
      preAllocatedVUs: load.vusMax,
      maxVUs: load.vusMax,
      gracefulStop: `${load.drainMs}ms`,
    },
  },
  // S2-1 of the documents. The harness judges by itself, phase by phase.
  thresholds: load.judged ? {} : { http_req_duration: ['p(95)<500'], http_req_failed: ['rate<0.01'] },
  setupTimeout: '10s',
};

// 403 WAITING, 409 and 429 are answers, no failures.
http.setResponseCallback(http.expectedStatuses({ min: 200, max: 499 }));

let history: History | undefined;

export function setup(): void {
  loadBegins.add(1);
}

/** One user. */
export default function spike(): void {
  // The number of the iteration is unique over all segments of a test, so users are, too.
  const user = exec.scenario.iterationInTest;
  const name = `u${load.seed}-${load.generator}-${user}`;
  if (load.history) history ??= new History(`${load.generator}-${exec.vu.idInTest}`, (line) => console.log(line), Date.now);
  const random = seededRandom(load.seed, user);
  const clicks = random() < load.journey.doubleClickShare ? 2 : 1;
  const api = new TicketingApi({ baseUrl: load.baseUrl, timeoutMs: load.requestTimeoutMs, history, user: name, clicks });
  countArrival();
  openingJourney({
    api,
    user: name,
    random,
    settings: load.journey,
    deadlineMs: exec.scenario.startTime + profileMs(load.stages) + load.drainMs - load.requestTimeoutMs,
  });
  countLookedAt();
}
