import type { JudgedObjective } from '../../../harness/contracts/verdict.ts';
import { confidenceText } from '../../score/units.ts';
import { alphaOf } from '../../stats/bounds.ts';
import { bullet } from '../chart/bullet.ts';
import { html, type Html, type Part } from '../escape.ts';
import { boundText, durationAbout, none, numberText, plural, valueAgainst } from '../format.ts';
import { pill } from '../icons.ts';
import { phaseTitle, whenText, type Run } from '../run.ts';
import { missing, section, table, type Row } from '../ui.ts';

/** Every objective in every phase it was judged in, worst first as the verdict lists them. */
export function objectives(run: Run): Html {
  const all = run.verdict.objectives;
  const rows = all.map((objective, index) => ({ objective, row: objectiveRow(run, objective, `b${index}`) }));
  const deciding = rows.filter(({ objective }) => objective.gate).map(({ row }) => row);
  const shown = rows.filter(({ objective }) => !objective.gate).map(({ row }) => row);
  return section(
    'objectives',
    'Objectives',
    run.verdict.verdict === 'INVALID' && missing('The run is invalid: these figures are here for whoever looks into it, they say nothing about the service.'),
    html`<p class="lead">${tally(all)} Each bound is one-sided at ${confidenceText(alphaOf(run.plan.looks ?? 1))}${run.plan.looks === undefined ? '' : `: up to ${run.plan.looks} runs were to be looked at, and they share the 5 %`}. An objective passes when the whole interval keeps the limit, and fails when the whole interval breaks it.</p>`,
    all.length === 0 ? missing('No objective was judged.') : objectiveTable('Objectives that decide the verdict', deciding),
    shown.length > 0 && html`<details><summary>${numberText(shown.length)} more, shown only</summary>${objectiveTable('Objectives that do not decide the verdict', shown)}</details>`,
    all.length > 0 && html`<details><summary>Where the limits come from</summary>${sources(all)}</details>`,
  );
}

function objectiveTable(caption: string, rows: readonly Row[]): Html {
  const columns = [{ head: 'Objective' }, { head: 'Result' }, { head: 'Measured', number: true, label: 'measured' }, { head: 'Bounds', number: true, label: 'bounds' }, { head: 'Limit', number: true, label: 'limit' }, { head: 'Interval against limit' }];
  return table(caption, columns, rows, { class: 'objectives cards' });
}

function objectiveRow(run: Run, objective: JudgedObjective, id: string): Row {
  const { title, phase, endpoint, result, estimate, limit, op, unit, censored, gate } = objective;
  const measured = estimate === null ? none : `${censored ? '> ' : ''}${valueAgainst(estimate, limit, unit)}`;
  return {
    head: html`<span class="name">${title}</span> <span class="phase-name">${phaseTitle(phase)}</span>${endpoint !== undefined && html` <code>${endpoint}</code>`}<span class="why">${objective.why} ${result !== 'PASS' && details(run, objective)}</span>`,
    cells: [pill(result), measured, bounds(objective), boundText(op, limit, unit), bullet(objective, id)],
    class: `${result.toLowerCase()}${gate ? '' : ' shown'}`,
  };
}

/** Each limit's source once, however many phases it is judged in. */
function sources(all: readonly JudgedObjective[]): Html {
  const rows = new Map(all.map(({ id, title, op, limit, unit, source }): [string, Row] => [id, { head: title, cells: [boundText(op, limit, unit), source] }]));
  return table('Sources of the limits', [{ head: 'Objective' }, { head: 'Limit', number: true }, { head: 'Source' }], [...rows.values()]);
}

function bounds({ kind, lower, upper, limit, unit }: JudgedObjective): Part {
  if (kind !== 'sampled') return html`<span class="muted">${kind === 'census' ? 'counted' : 'timed'}</span>`;
  if (lower === null && upper === null) return none;
  const side = (value: number | null, open: string): string => (value === null ? open : valueAgainst(value, limit, unit));
  return html`${side(lower, '−∞')} <span class="muted">to</span> ${side(upper, '∞')}`;
}

/** What helps to look into an objective that is not proven; a proven one needs its sentence only. */
function details(run: Run, { kind, samples, samplesMin, worstSecond, worstEndpoint, needsSecondsMore, result }: JudgedObjective): Html {
  const parts = [
    kind !== 'event' && `${plural(samples, kind === 'census' ? 'counted' : 'sample', kind === 'census' ? 'counted' : 'samples')}${samples < samplesMin ? `, at least ${numberText(samplesMin)} needed` : ''}`,
    worstSecond !== null && `worst second ${whenText(run, worstSecond * 1000)}`,
    worstEndpoint !== null && `worst endpoint ${worstEndpoint}`,
    result === 'INCONCLUSIVE' && (needsSecondsMore === null ? 'no length of run would decide it' : `about ${durationAbout(needsSecondsMore)} more would decide it`),
  ].filter((part) => part !== false);
  return html`<span class="fine">${parts.join(' · ')}</span>`;
}

function tally(all: readonly JudgedObjective[]): string {
  const deciding = all.filter(({ gate }) => gate);
  const words = { FAIL: 'broken', MISSING: 'without data', INCONCLUSIVE: 'undecided', PASS: 'proven' } as const;
  const counts = (Object.keys(words) as (keyof typeof words)[]).map((result) => [words[result], deciding.filter((objective) => objective.result === result).length] as const).filter(([, count]) => count > 0);
  return `Of ${numberText(deciding.length)} that decide: ${counts.map(([word, count]) => `${numberText(count)} ${word}`).join(', ') || 'none'}.`;
}
