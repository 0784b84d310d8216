import { serviceProcesses } from '../../../harness/contracts/service-processes.ts';
import { thresholds } from '../thresholds.ts';
import type { Check, CheckInput } from './check.ts';
import { percent } from './check.ts';
import { loadSeconds, loadSecondsOf } from './load-seconds.ts';

/** Are the artefacts whole, and of this run? */
export const dataChecks: readonly Check[] = [
  {
    id: 'same-run',
    name: 'All artefacts are of this run',
    bound: 'one run id',
    fix: 'Judge a run folder as it was written; do not mix files of several runs.',
    run({ plan, measurements, findings, stack }) {
      const strangers = [measurements.runId, findings.runId, stack.runId].filter((runId) => runId !== plan.runId);
      return { ok: strangers.length === 0, value: strangers.length, saw: strangers.length === 0 ? 'Every artefact carries the id of this run' : `Artefacts of run ${strangers[0]} are among those of ${plan.runId}` };
    },
  },
  {
    id: 'artefacts-whole',
    name: 'Every artefact is whole',
    bound: 'no defect',
    fix: 'Look at the artefact that is named; a full disk or a killed harness leaves such files.',
    run({ measurements, findings }) {
      const defects = [...measurements.defects, ...findings.defects];
      const [first] = defects;
      return { ok: first === undefined, value: defects.length, saw: first === undefined ? 'No artefact has a defect' : `${first.artefact} ${first.problem}${defects.length > 1 ? `, and ${defects.length - 1} more defects` : ''}` };
    },
  },
  {
    id: 'samples-complete',
    name: 'Every request is in the series',
    bound: `as many as the generators told of, at most ${percent(thresholds.samplesLostShareMax)} of their samples lost`,
    fix: 'Look at series.ndjson: rows are missing, or there twice; when samples were lost, at the log of k6.',
    excusedBy: ['abort'],
    run({ measurements: { samples } }) {
      const { counted, told, lost } = samples;
      const ok = told !== null && lost !== null && counted === told && lost <= told * thresholds.samplesLostShareMax;
      return { ok, value: counted, saw: told === null ? 'Nobody said how many requests there were' : `${counted} requests in the series, ${told} told of, ${lost ?? 'unknown'} samples lost` };
    },
  },
  {
    id: 'health-probes',
    name: 'The health probe ran',
    bound: `probes in at least ${percent(thresholds.healthSecondsShareMin)} of the seconds`,
    fix: 'Look at the harness log: the machine was too busy to probe twice a second.',
    excusedBy: ['service-death'],
    run({ measurements }) {
      const seconds = loadSecondsOf(measurements);
      const share = seconds.length === 0 ? 0 : seconds.filter((row) => row.healthOk !== null).length / seconds.length;
      return { ok: share >= thresholds.healthSecondsShareMin, value: share, saw: `/health was probed in ${percent(share)} of the seconds of the load` };
    },
  },
  {
    id: 'resources-seen',
    name: 'Resources of service and generators were read',
    bound: `in at least ${percent(thresholds.resourceSecondsShareMin)} of the seconds`,
    fix: 'Look at resources.ndjson: the sampler was too slow or a process was not found.',
    excusedBy: ['service-death'],
    run(input) {
      const [worst] = resourceShares(input).sort((a, b) => a.share - b.share);
      if (worst === undefined) return { ok: false, value: null, saw: 'No process was watched' };
      return { ok: worst.share >= thresholds.resourceSecondsShareMin, value: worst.share, saw: `${worst.process} was read in ${percent(worst.share)} of the seconds, the others at least as often` };
    },
  },
  {
    id: 'one-clock',
    name: 'The clock was not set during the run',
    bound: `no step over ${thresholds.clockStepMsMax} ms`,
    fix: 'Repeat the run; stop whatever sets the clock of the machine in one step (a clock that is slewed does no harm).',
    run({ measurements: { clockStepMs } }) {
      const ok = clockStepMs !== null && clockStepMs <= thresholds.clockStepMsMax;
      return { ok, value: clockStepMs, saw: clockStepMs === null ? 'The clock was not read' : `The largest step of the clock was ${Math.round(clockStepMs)} ms` };
    },
  },
  {
    id: 'objectives-measured',
    name: 'Every gated objective has data',
    bound: 'at least one gated objective, none missing',
    fix: 'Check that the endpoint and the phase exist in this experiment, and that the service publishes the counters.',
    excusedBy: ['abort', 'service-death'],
    run({ objectives }) {
      const gated = objectives.filter((row) => row.gate);
      const missing = gated.filter((row) => row.result === 'MISSING');
      const [first] = missing;
      if (gated.length === 0) return { ok: false, value: 0, saw: 'No objective is gated, so nothing could be proven' };
      return { ok: first === undefined, value: missing.length, saw: first === undefined ? `All ${gated.length} gated objectives have data` : `${first.title} in ${first.phase}: ${first.why.replace(/\.$/, '')}` };
    },
  },
];

function resourceShares({ plan, measurements }: CheckInput): { process: string; share: number }[] {
  const seconds = loadSeconds(measurements);
  return [...serviceProcesses(plan.stack.replicas).map(({ name }) => name), ...plan.load.generators.map(({ index }) => `k6-${index}`)].map((process) => {
    const row = measurements.processes.find((each) => each.process === process);
    return { process, share: row === undefined ? 0 : seenShare(seconds - row.awaySeconds, row.missingSeconds) };
  });
}

/** Of the seconds in which it could be read; of none at all nothing was seen. */
const seenShare = (seconds: number, missing: number): number => (seconds <= 0 ? 0 : 1 - missing / seconds);
