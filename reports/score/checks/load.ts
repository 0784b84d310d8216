import type { Measurements } from '../../../harness/contracts/measurements.ts';
import { thresholds } from '../thresholds.ts';
import { leastArrivalsDue } from '../arrivals-due.ts';
import { type Check, type CheckInput, type CheckResult, percent } from './check.ts';
import { loadSeconds } from './load-seconds.ts';

/** Did the load come as planned, and was it the service that was tested rather than the generator? */
export const loadChecks: readonly Check[] = [
  {
    id: 'load-to-its-end',
    name: 'The load ran to its planned end',
    bound: 'the planned length',
    fix: 'Look at the log of k6: something ended it before its time.',
    excusedBy: ['abort'],
    run({ plan, measurements }) {
      const seconds = loadSeconds(measurements);
      const ok = seconds * 1000 >= plan.load.durationMs - thresholds.loadEndToleranceMs;
      return { ok, value: seconds, saw: `The load lasted ${Number(seconds.toFixed(1))} s of ${plan.load.durationMs / 1000} s` };
    },
  },
  {
    id: 'generators-ended-well',
    name: 'Every generator ended by itself',
    bound: 'exit code 0, no signal',
    fix: 'Look at the log of k6: exit code 107 is an error in the script, 104 a wrong setting, a signal comes from outside.',
    excusedBy: ['abort'],
    run({ plan, measurements }) {
      const ended = (index: number): Measurements['generators'][number] | undefined => measurements.generators.find((row) => row.index === index);
      const bad = plan.load.generators.map(({ index }) => index).filter((index) => ended(index)?.exitCode !== 0 || ended(index)?.signal !== null);
      const [first] = bad;
      if (first === undefined) return { ok: plan.load.generators.length > 0, value: 0, saw: `${plan.load.generators.length} of ${plan.load.generators.length} generators ended with exit code 0` };
      const row = ended(first);
      return { ok: false, value: bad.length, saw: `Generator k6-${first} ${row === undefined ? 'never reported its end' : row.signal === null ? `ended with exit code ${row.exitCode ?? 'unknown'}` : `was ended by ${row.signal}`}` };
    },
  },
  {
    id: 'bodies-looked-at',
    name: 'The script looked at what was answered',
    bound: `at the bodies of at least ${percent(thresholds.lookedAtShareMin)} of the answers with 2xx`,
    fix: 'Look at the log of k6 for errors of the script, and let it check each body: a wrong answer with 200 is no good answer.',
    excusedBy: ['abort'],
    run({ measurements: { samples } }) {
      const { acknowledged, lookedAt } = samples;
      if (acknowledged === null || lookedAt === null) return { ok: false, value: null, saw: 'Nobody said at how many bodies the script looked' };
      if (acknowledged === 0) return { ok: true, value: null, saw: 'There was no answer with 2xx to look at' };
      return { ok: lookedAt >= acknowledged * thresholds.lookedAtShareMin, value: lookedAt / acknowledged, saw: `The script looked at ${lookedAt} of ${acknowledged} answers with 2xx` };
    },
  },
  {
    id: 'arrivals-as-planned',
    name: 'Users arrived as planned',
    bound: `at least ${percent(thresholds.arrivalsShareMin)} of those due in steady`,
    fix: 'Run on a machine with more to spare, or lower --rate: the generator could not keep up.',
    excusedBy: ['abort'],
    run({ plan, measurements }) {
      const row = measurements.arrivals.find(({ phase }) => phase === 'steady');
      const due = leastArrivalsDue(plan.load, measurements);
      if (row === undefined || due <= 0) return { ok: false, value: null, saw: 'No arrivals were counted in steady' };
      const share = (row.started + row.dropped) / due;
      return { ok: share >= thresholds.arrivalsShareMin, value: share, saw: `${row.started + row.dropped} users arrived in steady, ${Math.round(due)} were due` };
    },
  },
  {
    id: 'arrivals-served',
    name: 'No arrivals were dropped before any fault',
    bound: `below ${percent(thresholds.droppedInSteadyShareMax)} in steady`,
    fix: 'Raise vusMax: there were too few virtual users for the rate, though the service was quick enough.',
    excusedBy: ['abort', 'service-death'],
    run({ measurements, objectives }) {
      const row = measurements.arrivals.find(({ phase }) => phase === 'steady');
      const all = row === undefined ? 0 : row.started + row.dropped;
      if (row === undefined || all === 0) return { ok: false, value: null, saw: 'No arrivals were counted in steady' };
      const share = row.dropped / all;
      const saw = `${row.dropped} of ${all} arrivals in steady found no free virtual user`;
      if (share < thresholds.droppedInSteadyShareMax) return { ok: true, value: share, saw };
      return unlessTooSlow(objectives, share, saw);
    },
  },
  {
    id: 'users-to-spare',
    name: 'There were virtual users to spare',
    bound: `in steady fewer than ${percent(thresholds.busyUsersShareMax)} of them at once, by Little's law`,
    fix: 'Raise vusMax: users stay longer than there are virtual users for.',
    excusedBy: ['abort', 'service-death'],
    run({ plan, measurements, objectives }) {
      const row = measurements.arrivals.find(({ phase }) => phase === 'steady');
      const span = measurements.phases.find(({ id }) => id === 'steady');
      if (row === undefined || span === undefined || row.journeySeconds === null) return { ok: false, value: null, saw: 'Nobody knows how long users stayed in steady' };
      const perSecond = row.started / ((span.endMs - span.startMs) / 1000);
      const atOnce = perSecond * row.journeySeconds;
      const saw = `${perSecond.toFixed(1)} users a second who stay ${row.journeySeconds.toFixed(1)} s are ${atOnce.toFixed(0)} at once, of ${plan.load.vusMax}`;
      if (atOnce < thresholds.busyUsersShareMax * plan.load.vusMax) return { ok: true, value: atOnce, saw };
      return unlessTooSlow(objectives, atOnce, saw);
    },
  },
  {
    id: 'arrivals-on-time',
    name: 'Users arrived on time',
    bound: `99 % of them within ${thresholds.latenessP99MsMax} ms of when they were due, in every phase`,
    fix: 'Lower --rate or use a larger machine: the generator was too busy to begin in time.',
    excusedBy: ['abort', 'service-death'],
    run({ measurements }) {
      const rows = measurements.arrivals.filter(({ phase, started }) => started > 0 && phase !== 'warmup' && phase !== 'drain' && phase !== 'whole');
      const unknown = rows.find(({ latenessMs }) => latenessMs === null);
      if (rows.length === 0 || unknown !== undefined) return { ok: false, value: null, saw: `When users began in ${unknown?.phase ?? 'steady'} is not known` };
      const latest = rows.reduce((a, b) => ((b.latenessMs?.p99 ?? 0) > (a.latenessMs?.p99 ?? 0) ? b : a));
      const lateMs = latest.latenessMs?.p99 ?? Number.POSITIVE_INFINITY;
      return { ok: lateMs <= thresholds.latenessP99MsMax, value: lateMs, saw: `99 % of the users began within ${lateMs.toFixed(0)} ms of their time in ${latest.phase}, the latest phase` };
    },
  },
  {
    id: 'generator-cpu',
    name: 'The generators had CPU to spare',
    bound: `below ${thresholds.generatorCoresMax} core each in any 10 s, on a machine of two cores`,
    fix: 'Lower --rate or use a larger machine: a saturated generator measures itself.',
    run({ plan, measurements, stack }) {
      const generators = plan.load.generators.map(({ index }) => ({ name: `k6-${index}`, cores: measurements.processes.find(({ process }) => process === `k6-${index}`)?.coresMax ?? null }));
      const limit = thresholds.generatorCoresMax * Math.max(1, stack.machine.cores / (2 * generators.length));
      const unknown = generators.find((generator) => generator.cores === null);
      if (unknown !== undefined || generators.length === 0) return { ok: false, value: null, saw: `The CPU of ${unknown?.name ?? 'the generators'} is not known` };
      const cores = Math.max(...generators.map((generator) => generator.cores ?? Infinity));
      return { ok: cores < limit, value: cores, saw: `The busiest generator used ${cores.toFixed(2)} of a core in its busiest 10 s` };
    },
  },
  {
    id: 'load-in-every-phase',
    name: 'There was load in every phase',
    bound: 'at least one request',
    fix: 'Check the times of the faults: a phase without a request says nothing.',
    excusedBy: ['abort'],
    run({ plan, measurements }) {
      const wanted = ['steady', 'whole', ...plan.faults.map(({ id }) => `fault:${id}`), ...(plan.faults.length > 0 ? ['recovery'] : [])];
      const empty = wanted.filter((phase) => !measurements.endpoints.some((row) => row.phase === phase && row.endpoint === '*' && row.count > 0));
      return { ok: empty.length === 0, value: wanted.length - empty.length, saw: empty.length === 0 ? `All ${wanted.length} phases saw requests` : `No request in ${empty.join(', ')}` };
    },
  },
  {
    id: 'drained',
    name: 'What was under way came to its end',
    bound: 'outbox empty and consumer caught up',
    fix: 'Give the experiment a longer drain, or look at why the outbox does not empty.',
    excusedBy: ['abort', 'service-death'],
    run: ({ measurements }) => ({
      ok: measurements.drained === true,
      value: measurements.drained === null ? null : String(measurements.drained),
      saw: measurements.drained === null ? 'The drain never ended' : measurements.drained ? 'Outbox and consumer were done before the audit' : 'The drain ran out of time',
    }),
  },
];

/** Fewer users than planned make a service look quicker, never slower: too slow all the same is its own fault. */
function unlessTooSlow(objectives: CheckInput['objectives'], value: number, saw: string): CheckResult {
  const slow = objectives.find(({ gate, metric, phase, result }) => gate && metric === 'latencyMs' && phase === 'steady' && result === 'FAIL');
  return { ok: slow !== undefined, value, saw: slow === undefined ? saw : `${saw}, because the service was too slow, which is judged by “${slow.title}”` };
}
