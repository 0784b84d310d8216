import type { JudgedObjective, Verdict } from '../../../harness/contracts/verdict.ts';
import { html, type Html, type Part } from '../escape.ts';
import { boundText, none, numberText, plural, rateText, ratioText, valueAgainst } from '../format.ts';
import { pill, toneOf, type Result } from '../icons.ts';
import { availability, gated, phaseRate, phaseRow, phaseTitle, type Run } from '../run.ts';

interface Tile {
  readonly label: string;
  readonly value: Part;
  readonly result: JudgedObjective['result'];
  readonly lines: readonly Part[];
}

/** The four figures a release manager asks for first. */
export function tiles(run: Run): Html {
  const four = [availabilityTile(run), latencyTile(run), throughputTile(run), salesTile(run)].map((tile) => ({ ...tile, result: shownResult(run, tile) }));
  return html`<section class="tiles" aria-label="Key figures">${four.map(
    ({ label, value, result, lines }) =>
      html`<div class="tile ${toneOf(result)}"><p class="label">${label}${pill(result)}</p><p class="value">${value}</p>${lines.map((line) => html`<p class="line">${line}</p>`)}</div>`,
  )}</section>
`;
}

/** Nothing is green that has no figure, or that comes from a run which says nothing about the service. */
function shownResult({ verdict }: Run, { value, result }: Tile): Result {
  if (value === none) return 'MISSING';
  return verdict.verdict === 'INVALID' ? 'INVALID' : result;
}

function availabilityTile(run: Run): Tile {
  const judged = gated(run, 'availability');
  const whole = judged.find(({ phase }) => phase === 'whole');
  const row = phaseRow(run, 'whole');
  const value = availability(row);
  return {
    label: 'Availability',
    value: value === null ? none : whole ? valueAgainst(value, whole.limit, 'ratio') : ratioText(value),
    result: worst(judged),
    lines: [
      row ? `${plural(row.bad, 'bad request')} of ${numberText(row.count)}` : 'nothing was measured',
      ...faultLine(run, (phase) => availability(phaseRow(run, phase)), ratioText),
    ],
  };
}

function latencyTile(run: Run): Tile {
  const judged = gated(run, 'latencyMs').filter(({ phase }) => phase === 'steady');
  const latency = phaseRow(run, 'steady')?.latencyMs ?? null;
  const figure = (ms: number): string => numberText(ms, ms < 10 ? 1 : 0);
  return {
    label: 'Latency p95 / p99',
    value: latency === null ? none : html`${figure(latency.p95)}<span class="slash">/</span>${figure(latency.p99)}<span class="unit">ms</span>`,
    result: worst(gated(run, 'latencyMs')),
    lines: [
      `in steady${judged.length > 0 ? `; limits ${judged.toSorted((a, b) => (a.quantile ?? 0) - (b.quantile ?? 0)).map(({ op, limit, unit }) => boundText(op, limit, unit)).join(', ')}` : ''}`,
      ...faultLine(run, (phase) => phaseRow(run, phase)?.latencyMs?.p95 ?? null, (ms) => `p95 ${valueAgainst(ms, Number.NaN, 'ms')}`),
    ],
  };
}

function throughputTile(run: Run): Tile {
  const judged = gated(run, 'throughput');
  const steady = judged.find(({ phase }) => phase === 'steady');
  const rate = phaseRate(run, 'steady', 'successful');
  return {
    label: 'Throughput',
    value: rate === null ? none : html`${numberText(rate, rate < 100 ? 1 : 0)}<span class="unit">/s</span>`,
    result: worst(judged),
    lines: [
      `successful, without polling, in steady${steady ? `; limit ${boundText(steady.op, steady.limit, steady.unit)}` : ''}`,
      ...faultLine(run, (phase) => phaseRate(run, phase, 'successful'), rateText),
    ],
  };
}

function salesTile(run: Run): Tile {
  const coverage = run.findings?.audited ? run.findings.coverage : null;
  if (!coverage) return { label: 'Seats sold', value: none, result: 'MISSING', lines: [run.plan.audit === null ? 'not audited: the experiment says so' : 'the audit did not run'] };
  return {
    label: 'Seats sold',
    value: numberText(coverage.seatsSold),
    result: salesResult(run.verdict, run.findings?.findings.some(({ status }) => status === 'broken') ?? false, coverage.doubleSales),
    lines: [
      coverage.doubleSales === 0 ? 'none of them twice' : html`<strong>${plural(coverage.doubleSales, 'seat')} sold twice</strong>`,
      `${plural(coverage.payments, 'payment')}, ${numberText(coverage.paymentsDelivered)} delivered once`,
    ],
  };
}

function salesResult(verdict: Verdict, broken: boolean, doubleSales: number): Tile['result'] {
  if (broken || doubleSales > 0) return 'FAIL';
  return worst(verdict.objectives.filter(({ metric, gate }) => gate && (metric === 'doubleSales' || metric === 'delivery')));
}

/** The worst of the results; MISSING when nothing was judged, because no data is never green. */
function worst(objectives: readonly JudgedObjective[]): Tile['result'] {
  return (['FAIL', 'MISSING', 'INCONCLUSIVE', 'PASS'] as const).find((result) => objectives.some((objective) => objective.result === result)) ?? 'MISSING';
}

/** The same figure in the first fault, because that is what the run was for. */
function faultLine(run: Run, figure: (phase: string) => number | null, text: (value: number) => string): readonly string[] {
  const fault = run.plan.faults[0];
  const value = fault ? figure(`fault:${fault.id}`) : null;
  return fault && value !== null ? [`${text(value)} during ${phaseTitle(`fault:${fault.id}`).replace('fault ', '')}`] : [];
}
