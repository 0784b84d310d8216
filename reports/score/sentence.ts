import { broken, type Decision, type Judged } from './precedence.ts';
import { countText } from './units.ts';
import { fixOf } from './validity.ts';

/** The verdict in one sentence: what a release manager reads first. */
export function verdictSentence({ verdict, reasons }: Decision, judged: Judged): string {
  const gated = judged.objectives.filter(({ gate }) => gate);
  const first = firstReason(reasons);
  switch (verdict) {
    case 'PASS':
      return passSentence(judged, gated.length);
    case 'FAIL':
      return `No, do not open: ${first}`;
    case 'INVALID':
      return `This run says nothing about the service: ${first}`;
    case 'INCONCLUSIVE': {
      const open = gated.filter(({ result }) => result === 'INCONCLUSIVE').length;
      return `Not known yet: ${open} of ${gated.length} objectives are neither proven nor broken. ${first}`;
    }
  }
}

function passSentence({ input }: Judged, objectives: number): string {
  const { plan, findings } = input;
  const faults = plan.faults.length === 0 ? '' : `, with ${plan.faults.map(({ id }) => id).join(', ')} on the way`;
  const proven = `all ${objectives} objectives are proven at ${plan.load.ratePerSecond} arrivals per second${faults}`;
  if (plan.audit === null) return `PASS (not audited): ${proven}, but nobody checked that the data are right.`;
  return `Yes, you can open: ${proven}, and the audit of ${countText(findings?.coverage.acknowledgedChecked ?? 0)} acknowledged operations found nothing wrong.`;
}

function firstReason(reasons: readonly string[]): string {
  const [first = 'no reason recorded.'] = reasons;
  return reasons.length > 1 ? `${first} (${reasons.length - 1} more below.)` : first;
}

/** What to do next, in one sentence. */
export function nextAction({ rule }: Decision, judged: Judged): string {
  const { input, objectives, validity } = judged;
  switch (rule) {
    case null:
      return input.plan.audit === null
        ? 'Run it again with an audit before you open.'
        : `Open for up to ${input.plan.load.ratePerSecond} arrivals per second; for more, repeat the run with a higher --rate.`;
    case 'ledger-broken':
    case 'history-broken':
      return `Find out how this came about: findings.json names the first, the worst and the last case of “${broken(input, rule === 'ledger-broken' ? 'ledger' : 'history')[0]?.id ?? ''}”.`;
    case 'invalid':
      return fixOf(validity.find(({ ok }) => !ok)?.id ?? '') ?? 'Repeat the run.';
    case 'service-died':
      return 'Read the last lines of its log in the run folder; nothing else counts until it stays up.';
    case 'aborted':
      return 'Look at the timeline around the abort.';
    case 'service-lags':
      return 'Look at what keeps the service from what is there again: a connection, a client, a breaker. Somebody would have to restart it.';
    case 'expectation-unmet':
      return 'Look at the card of the fault: the service did not react as the experiment says it does.';
    case 'objective-broken': {
      const worst = objectives.find(({ gate, result }) => gate && result === 'FAIL');
      return `Look at ${worst?.endpoint ?? 'the endpoints'} in ${worst?.phase ?? 'the run'} first: its objective “${worst?.title ?? ''}” is the worst.`;
    }
    case 'objective-open':
      return longerAction(judged);
  }
}

function longerAction({ objectives }: Judged): string {
  const open = objectives.filter(({ gate, result }) => gate && result === 'INCONCLUSIVE');
  const needs = open.flatMap(({ phase, needsSecondsMore }) => (needsSecondsMore === null ? [] : [{ phase, seconds: needsSecondsMore }])).sort((a, b) => b.seconds - a.seconds);
  const [longest] = needs;
  if (longest === undefined) return 'Repeat the run with more load: a longer one at this rate would not decide.';
  return `Repeat the run with ${longest.phase} about ${countText(longest.seconds)} s longer${needs.length < open.length ? '; some objectives are so close to their limit that this may not be enough' : ''}.`;
}
