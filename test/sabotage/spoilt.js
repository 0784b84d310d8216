import http from 'k6/http';
import exec from 'k6/execution';
import { arrivalsStarted } from '../../scenarios/lib/metrics.ts';
import spike, { options as healthy, setup } from '../../scenarios/spike.ts';

/*
 * The opening with a script that does not do its work; which of these is said by the setting `spoilt`. Everything else is
 * as in scenarios/spike.ts, byte for byte.
 */
const { baseUrl, settings, stages } = JSON.parse(__ENV.GATECRASH_LOAD);
const { spike: scenario } = healthy.scenarios;

let requests = 0;
const { request } = http;
if (settings.spoilt === 'throws-midway') {
  http.request = (...args) => {
    if (++requests > 5) throw new Error('the script is broken');
    return request(...args);
  };
}

const users = {
  /** Nobody asks for anything. */
  'sends-nothing': () => arrivalsStarted.add(1),
  /** Ends the test by itself, half-way. */
  aborts: () => (exec.instance.currentTestRunDuration > 8000 ? exec.test.abort('enough') : spike()),
  /** Only half of it is planned: it ends with exit code 0, too early. */
  'ends-early': spike,
  'throws-first': () => {
    throw new Error('the script is broken');
  },
  /** In the middle of each journey; k6 ends with exit code 0 all the same. */
  'throws-midway': () => {
    requests = 0;
    spike();
  },
  /** Nobody looks at what the service answers. */
  'looks-at-nothing': () => {
    arrivalsStarted.add(1);
    for (let n = 0; n < 6; n++) http.get(`${baseUrl}/concerts/concert_1/schedules`, { tags: { name: 'GET /concerts/:id/schedules' } });
  },
  /** A generator that computes more than it asks. */
  burns: () => {
    const untilMs = Date.now() + 800;
    while (Date.now() < untilMs);
    spike();
  },
  /** Everything is asked at a place that is not there. */
  'wrong-path': () => {
    arrivalsStarted.add(1);
    for (let n = 0; n < 6; n++) http.get(`${baseUrl}/v0/concerts/concert_1/schedules`, { tags: { name: 'GET /concerts/:id/schedules' } });
  },
  /** Everybody has a token that the service does not know. */
  'wrong-token': () => {
    arrivalsStarted.add(1);
    for (let n = 0; n < 6; n++) http.get(`${baseUrl}/queue/token`, { headers: { 'X-Queue-Token': 'forged' }, tags: { name: 'GET /queue/token' } });
  },
};

const half = scenario.stages.map(({ target }, index) => ({ duration: `${stages[index].durationMs / 2}ms`, target }));
export const options = settings.spoilt === 'ends-early' ? { ...healthy, scenarios: { spike: { ...scenario, stages: half } } } : healthy;
export { setup };
export default users[settings.spoilt];
