import type { FaultMeasurement } from '../../../harness/contracts/measurements.ts';
import type { PlannedFault } from '../../../harness/contracts/plan.ts';
import { html, type Html, type Part } from '../escape.ts';
import { changeText, lengthText, msText, none, numberText, rateText, ratioText, secondsText, utcText } from '../format.ts';
import { pill } from '../icons.ts';
import { projectLink, type Links } from '../links.ts';
import { availability, phaseRate, phaseRow, whenText, type Run } from '../run.ts';
import { facts, missing, section, slug, table } from '../ui.ts';

/** One card a planned fault: what was promised, what happened, and what it did to the service. */
export function faults(run: Run, links: Links): Html {
  if (run.plan.faults.length === 0) return section('faults', 'Faults', missing('The experiment plans no fault.'));
  return section('faults', 'Faults', ...run.plan.faults.map((planned) => card(run, planned, links)));
}

function card(run: Run, planned: PlannedFault, links: Links): Html {
  const measured = run.measurements?.faults.find(({ id }) => id === planned.id) ?? null;
  const id = `fault-${slug(planned.id)}`;
  const held = measured !== null && measured.verifiedMs !== null && measured.goneMs !== null;
  const runbook = measured?.runbook ?? planned.runbook;
  return html`<article class="card" aria-labelledby="${id}"><h3 id="${id}">${planned.id} <small>${planned.kind} on ${planned.target}</small> ${held ? pill('PASS', 'verified and gone') : pill('INVALID', measured?.verifiedMs == null ? 'not verified' : 'not seen to be gone')}</h3>
<p class="hypothesis"><span>Hypothesis</span> ${run.plan.experiment.hypothesis}</p>
${facts([
  ['Promise of the fault', planned.promise],
  ['Detected', planned.detects ? timed(measured?.detection ?? null, run.plan.detectWithinMs) : 'health need not change'],
  ['Recovered', planned.recovers ? timed(measured?.recovery ?? null, planned.recoverWithinMs) : 'timed from the last repetition'],
  ['Error budget', budgetText(run, planned)],
  ['Second witness', measured?.sign == null ? 'not seen' : `${measured.signWhat}: ${numberText(Number(measured.sign.toFixed(1)))}`],
  ['Runbook', runbook === undefined ? none : projectLink(runbook, links)],
])}
${measured ? edges(run, planned, measured) : missing('Nothing was measured of this fault.')}
${measured && measured.expectations.length > 0 && expectations(measured)}
<div class="pair">${comparison(run, planned)}${measured && canary(measured)}</div>
<p class="fine">${blastRadius(run, planned)}</p></article>`;
}

/** Detection and recovery with their bound; a time that was not seen is "more than". */
function timed(time: FaultMeasurement['detection'], boundMs: number): Part {
  const bound = `bound ${lengthText(boundMs)}`;
  if (!time) return `not measured (${bound})`;
  return html`<strong>${time.censored ? 'not seen: more than ' : 'after '}${secondsText(time.seconds)}</strong> (${bound})`;
}

/** Of 99.9 % over 30 days: how fast it burnt, and how much of it is gone. */
function budgetText(run: Run, { id }: PlannedFault): Part {
  const spent = run.verdict.errorBudget.find(({ fault }) => fault === id);
  if (!spent) return none;
  if (spent.burnRate === 0) return 'nothing of 99.9 % over 30 days was burnt';
  const alert = spent.alert === 'page' ? '; it would wake somebody' : spent.alert === 'ticket' ? '; it would open a ticket' : '';
  return html`<strong>${ratioText(spent.burnt, 3)}</strong> of 99.9 % over 30 days, burnt ${numberText(Number(spent.burnRate.toPrecision(2)))} times as fast as it may be${alert}`;
}

function edges(run: Run, planned: PlannedFault, measured: FaultMeasurement): Html {
  const row = (head: string, atMs: number | null, note: Part) => ({ head, cells: [whenText(run, atMs), html`<span class="muted">${atMs === null ? none : utcText(atMs).slice(11, 19)}</span>`, note] });
  return table(
    'Edges of the fault',
    [{ head: 'Edge' }, { head: 'Since start', number: true, label: 'at' }, { head: 'UTC', number: true, label: 'UTC' }, { head: 'Evidence' }],
    [
      row('apply commanded', measured.applyMs, `planned at +${lengthText(planned.atMs)}`),
      row('held, verified', measured.verifiedMs, measured.verifiedEvidence ?? 'never verified'),
      row('undo commanded', measured.undoMs, `planned after ${lengthText(planned.durationMs)}`),
      row('gone, verified', measured.goneMs, measured.lags === null ? (measured.goneEvidence ?? 'never seen to be gone') : html`${measured.goneEvidence}; <strong>the service has not come back: ${measured.lags}</strong>`),
    ],
    { class: 'cards' },
  );
}

function canary({ canary: { before, during, after } }: FaultMeasurement): Html {
  const row = (head: string, { ok, failed }: { ok: number; failed: number }) => ({ head, cells: [numberText(ok), numberText(failed)] });
  return table('Canary on the same path', [{ head: 'Canary' }, { head: 'As always', number: true }, { head: 'Showed the fault', number: true }], [row('before apply', before), row('while held', during), row('after gone', after)]);
}

function expectations({ expectations: all }: FaultMeasurement): Html {
  const rows = all.map(({ what, met, saw }) => ({ head: what, cells: [pill(met === null ? 'INVALID' : met ? 'PASS' : 'FAIL', met === null ? 'not read' : met ? 'seen' : 'not so'), saw] }));
  return table('Expected beyond the objectives', [{ head: 'Expected' }, { head: 'Result' }, { head: 'Seen', label: 'seen' }], rows, { class: 'cards' });
}

function comparison(run: Run, planned: PlannedFault): Html {
  const phases = ['steady', `fault:${planned.id}`, 'recovery'];
  const figure = (head: string, value: (phase: string) => number | null, text: (value: number) => string, change = true) => {
    const [steady = null, during = null, after = null] = phases.map(value);
    const cell = (amount: number | null): string => (amount === null ? none : text(amount));
    return { head, cells: [cell(steady), html`${cell(during)}${change && html` <span class="muted">${changeText(steady, during)}</span>`}`, cell(after)] };
  };
  const latency = (quantile: 'p50' | 'p95' | 'p99') => (phase: string) => phaseRow(run, phase)?.latencyMs?.[quantile] ?? null;
  return table(
    `Steady, during ${planned.id}, recovery`,
    [{ head: 'Figure' }, { head: 'Steady', number: true }, { head: 'During', number: true }, { head: 'Recovery', number: true }],
    [
      figure('Availability', (phase) => availability(phaseRow(run, phase)), ratioText, false),
      figure('All requests', (phase) => phaseRate(run, phase, 'count'), rateText),
      figure('Successful, without polling', (phase) => phaseRate(run, phase, 'successful'), rateText),
      figure('p50', latency('p50'), msText),
      figure('p95', latency('p95'), msText),
      figure('p99', latency('p99'), msText),
      figure('Bad requests', (phase) => phaseRow(run, phase)?.bad ?? null, numberText, false),
    ],
  );
}

function blastRadius(run: Run, { id }: PlannedFault): string {
  const rows = (run.measurements?.endpoints ?? []).filter(({ phase, endpoint }) => phase === `fault:${id}` && endpoint !== '*');
  if (rows.length === 0) return 'Blast radius: no request overlapped the fault.';
  const hit = rows.filter(({ bad }) => bad > 0).toSorted((a, b) => b.bad - a.bad);
  if (hit.length === 0) return `Blast radius: none of ${numberText(rows.length)} endpoints answered badly.`;
  return `Blast radius: ${numberText(hit.length)} of ${numberText(rows.length)} endpoints answered badly: ${hit.map(({ endpoint, bad, count }) => `${endpoint} (${numberText(bad)} of ${numberText(count)})`).join(', ')}.`;
}
