import type { JudgedObjective } from '../../../harness/contracts/verdict.ts';
import { html, type Html } from '../escape.ts';
import { boundText, none, valueText } from '../format.ts';

const width = 150;
const height = 22;
const inset = 5;

/** An objective's interval against its limit: the allowed side is tinted, the bar is the interval, the dot the estimate. */
export function bullet(objective: JudgedObjective, id: string): Html {
  const { estimate, lower, upper, limit, op, unit, result } = objective;
  const values = [estimate, lower, upper].filter((value) => value !== null);
  if (values.length === 0) return html`<span class="muted">no data</span>`;
  const [from, to] = domain(objective, values);
  const x = (value: number): number => Math.round((inset + ((value - from) / (to - from)) * (width - 2 * inset)) * 10) / 10;
  const less = op === '<' || op === '<=';
  const [low, high] = [x(lower ?? Math.min(...values)), objective.censored ? width : x(upper ?? Math.max(...values))];
  return html`<svg class="bullet ${result.toLowerCase()}" role="img" aria-labelledby="${id}-t ${id}-d" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><title id="${id}-t">${objective.title}: interval against the limit</title><desc id="${id}-d">${description(objective)}</desc>
<path class="track" d="M0 11h${width}"/><rect class="allowed" x="${less ? 0 : x(limit)}" y="4" width="${less ? x(limit) : width - x(limit)}" height="14"/>
<rect class="interval" x="${low}" y="8.5" width="${Math.max(2, high - low)}" height="5" rx="1"/>${estimate !== null && html`<circle class="estimate" cx="${x(estimate)}" cy="11" r="3.6"/>`}${objective.censored && html`<path class="arrow" d="M${width - 6} 6l5 5l-5 5"/>`}<path class="limit" d="M${x(limit)} 1v20"/></svg>`;

  function description(judged: JudgedObjective): string {
    const bounds = lower === null && upper === null ? '' : `, one-sided bounds ${valueText(lower, unit)} to ${valueText(upper, unit)}`;
    return `Measured ${judged.censored ? 'more than ' : ''}${estimate === null ? none : valueText(estimate, unit)}${bounds}; the limit is ${boundText(op, limit, unit)}.`;
  }
}

/** Amounts start at 0, or where one is less, so that the distance to the limit is honest; ratios near 1 are shown close up. */
function domain({ unit, limit }: JudgedObjective, values: readonly number[]): readonly [from: number, to: number] {
  const [min, max] = [Math.min(limit, ...values), Math.max(limit, ...values)];
  if (unit !== 'ratio') return [Math.min(0, min), max <= 0 ? 1 : max * 1.15];
  const margin = max === min ? Math.min(0.01, Math.max(max, 1 - max) / 2) : (max - min) * 0.3;
  return [Math.max(0, min - margin), Math.min(1, max + margin)];
}
