import type { Plan } from '../../../harness/contracts/plan.ts';
import type { SabotagedRun } from '../case.ts';
import { signalK6 } from '../hands.ts';

const load = (plan: Plan, change: Partial<Plan['load']>): Plan => ({ ...plan, load: { ...plan.load, ...change } });
/** What the users of test/sabotage/spoilt.js do. */
const users = (spoilt: string) => (plan: Plan) => load(plan, { script: 'test/sabotage/spoilt.js', settings: { ...plan.load.settings, spoilt } });

/** What can happen to k6 and its script. */
export const generatorCases: readonly SabotagedRun[] = [
  { name: 'k6 is killed', verdict: 'INVALID', namedBy: 'generators-ended-well', during: (scene) => scene.after('load-start', 7000, () => signalK6(scene, 'SIGKILL')) },
  { name: 'k6 is stopped and never goes on', verdict: 'INVALID', namedBy: 'generators-ended-well', plan: (plan) => load(plan, { drainMs: 5000 }), during: (scene) => scene.after('load-start', 7000, () => signalK6(scene, 'SIGSTOP')) },
  {
    name: 'k6 is stopped for five seconds',
    verdict: 'INVALID',
    namedBy: 'artefacts-whole',
    during: (scene) => {
      scene.after('load-start', 5000, () => signalK6(scene, 'SIGSTOP'));
      scene.after('load-start', 10_000, () => signalK6(scene, 'SIGCONT'));
    },
  },
  { name: 'k6 has far too few virtual users', verdict: 'INVALID', namedBy: 'arrivals-served', plan: (plan) => load(plan, { vusMax: 5 }) },
  { name: 'k6 has more to compute than it can', verdict: 'INVALID', namedBy: 'generator-cpu', plan: users('burns') },
  { name: 'the script ends the test by itself', verdict: 'INVALID', namedBy: 'generators-ended-well', plan: users('aborts') },
  { name: 'the script is over half-way, with exit code 0', verdict: 'INVALID', namedBy: 'load-to-its-end', plan: users('ends-early') },
  { name: 'the script sends no request', verdict: 'INVALID', namedBy: 'load-in-every-phase', plan: users('sends-nothing') },
  { name: 'the script throws before the first request of each user', verdict: 'INVALID', namedBy: 'load-in-every-phase', plan: users('throws-first') },
  { name: 'the script throws in the middle of each journey', verdict: 'INVALID', namedBy: 'bodies-looked-at', plan: users('throws-midway') },
  { name: 'the script never looks at what the service answers', verdict: 'INVALID', namedBy: 'bodies-looked-at', plan: users('looks-at-nothing') },
  { name: 'everything is asked at a wrong path: only 404', verdict: 'INVALID', namedBy: 'seats-sold', plan: users('wrong-path') },
  { name: 'every token is forged: only 401', verdict: 'INVALID', namedBy: 'seats-sold', plan: users('wrong-token') },
];
