import { changeText, msText, none, numberText, offsetText, plural, rateText, ratioText } from '../format.ts';
import { phaseRate, phaseRow, phaseTitle, type Run } from '../run.ts';

/** What the requests chart shows, from the phases' own figures. */
export function requestSentence(run: Run): string {
  const steady = phaseRate(run, 'steady', 'count');
  if (steady === null) return 'There was no steady phase, so there is no rate to compare with.';
  const good = phaseRate(run, 'steady', 'successful');
  const parts = [`Steady at ${rateText(steady)}, of which ${good === null ? none : rateText(good)} were successful work`];
  for (const { id } of run.plan.faults) {
    const rate = phaseRate(run, `fault:${id}`, 'successful');
    if (rate !== null) parts.push(`${rateText(rate)} of successful work (${changeText(good, rate)}) during ${id}`);
  }
  const after = phaseRate(run, 'recovery', 'successful');
  if (after !== null) parts.push(`${rateText(after)} in recovery`);
  return `${parts.join('; ')}.`;
}

/** What the latency chart shows: the level, the worst second and where it was. */
export function latencySentence(run: Run): string {
  const measured = run.measurements;
  const steady = phaseRow(run, 'steady')?.latencyMs?.p95;
  const seconds = (measured?.seconds ?? []).filter(({ p95Ms }) => p95Ms !== null);
  if (!measured || seconds.length === 0) return 'No request was answered, so there is no latency.';
  const worst = seconds.reduce((most, second) => (second.p95Ms! > most.p95Ms! ? second : most));
  const startMs = measured.loadStartMs ?? seconds[0]!.second * 1000;
  const level = steady === undefined ? 'No steady phase' : `p95 was ${msText(steady)} in steady`;
  return `${level}; the worst second had a p95 of ${msText(worst.p95Ms!)}, at ${offsetText(worst.second * 1000 - startMs)} (${phaseOf(run, worst.second)}).`;
}

/** What the errors chart shows: how many, where, and how long health said no. */
export function errorSentence(run: Run): string {
  const whole = phaseRow(run, 'whole');
  const notOk = (run.measurements?.seconds ?? []).filter(({ healthOk }) => healthOk === false).length;
  const health = notOk === 0 ? 'health answered ok throughout' : `health was not ok in ${plural(notOk, 'second')}`;
  if (!whole) return `No request was counted; ${health}.`;
  if (whole.bad === 0) return `None of ${numberText(whole.count)} requests after warm-up was bad; ${health}.`;
  const inFaults = run.plan.faults.reduce((sum, { id }) => sum + (phaseRow(run, `fault:${id}`)?.bad ?? 0), 0);
  const where = inFaults === 0 ? 'none of them in a fault' : inFaults === whole.bad ? 'all of them in a fault' : `${numberText(inFaults)} of them in a fault`;
  return `${numberText(whole.bad)} of ${numberText(whole.count)} requests after warm-up were bad (${ratioText(whole.bad / whole.count)}), ${where}; ${health}.`;
}

function phaseOf(run: Run, second: number): string {
  const phases = (run.measurements?.phases ?? []).filter(({ id, startMs, endMs }) => id !== 'whole' && startMs <= second * 1000 + 500 && second * 1000 + 500 < endMs);
  return phaseTitle((phases.find(({ id }) => id.startsWith('fault:')) ?? phases[0])?.id ?? 'outside the phases');
}
