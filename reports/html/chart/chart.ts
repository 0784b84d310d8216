import { html, type Html } from '../escape.ts';
import type { TimeAxis } from './axis.ts';
import { plotWidth } from './path.ts';
import type { Scale } from './scale.ts';
import { timeTicks, timeTickText } from './ticks.ts';

export interface ChartOptions {
  /** unique in the page */
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** what the chart shows, as a computed conclusion */
  readonly sentence: string;
  readonly heightPx: number;
  readonly axis: TimeAxis;
  readonly scale: Scale;
  readonly tickText: (value: number) => string;
  /** paths in a system of plotWidth × heightPx, stretched in x only */
  readonly layers: readonly Html[];
  readonly legend: readonly Html[];
  readonly table: Html;
}

const percent = (share: number): string => `${Math.round(share * 100_000) / 1000}%`;

/** A figure on the shared time axis: title, conclusion, legend, picture, data. Text keeps its size at every width. */
export function chart(options: ChartOptions): Html {
  const { id, title, unit, sentence, heightPx, axis, scale, tickText, layers, legend, table } = options;
  return html`<figure class="chart" aria-labelledby="${id}-h">
<figcaption><h3 id="${id}-h">${title} <small>${unit}${scale.kind === 'log' && ', log scale'}</small></h3><p>${sentence}</p></figcaption>
<ul class="legend">${legend}</ul>
${phaseStrip(axis)}
<svg class="plot" role="img" aria-labelledby="${id}-t ${id}-d" height="${heightPx}" width="100%"><title id="${id}-t">${title}</title><desc id="${id}-d">${sentence}</desc>
${axis.windows.map((window) => html`<rect class="window" x="${percent(window.from)}" y="0" width="${percent(window.to - window.from)}" height="${heightPx}"/>${window.verified && html`<rect class="window" x="${percent(window.verified.from)}" y="0" width="${percent(window.verified.to - window.verified.from)}" height="${heightPx}"/>`}`)}
${scale.ticks.map((tick) => gridLine(heightPx * (1 - scale.at(tick)), tickText(tick)))}
${timeTicks(axis.seconds).map((tick) => timeTick(tick, axis, heightPx))}
<svg x="0" y="0" width="100%" height="${heightPx}" viewBox="0 0 ${plotWidth} ${heightPx}" preserveAspectRatio="none" aria-hidden="true">${layers}</svg>
${axis.marks.map(({ letter, at }) => html`<line class="mark" x1="${percent(at)}" x2="${percent(at)}" y1="21" y2="${heightPx}"/><text class="mark" x="${percent(at)}" y="18" text-anchor="middle">${letter}</text>`)}
</svg>
<details><summary>Data of this chart</summary>${table}</details>
</figure>`;
}

function gridLine(y: number, text: string): Html {
  const at = Math.round(y * 10) / 10;
  return html`<line class="grid" x1="0" x2="100%" y1="${at}" y2="${at}"/><text class="tick" x="-7" y="${at + 3.5}" text-anchor="end">${text}</text>`;
}

function timeTick(second: number, axis: TimeAxis, heightPx: number): Html {
  const x = percent(second / axis.seconds);
  return html`<line class="tickmark" x1="${x}" x2="${x}" y1="${heightPx}" y2="${heightPx + 4}"/><text class="tick" x="${x}" y="${heightPx + 16}" text-anchor="middle">${timeTickText(second, axis.seconds)}</text>`;
}

/** The phases above a plot, on the same axis; the fault's name stands over its shade. */
function phaseStrip(axis: TimeAxis): Html {
  return html`<div class="phases" aria-hidden="true">${axis.phases.map(
    ({ title, fault, from, to }) =>
      html`<div class="${fault ? 'phase fault' : 'phase'}" style="left:${percent(from)};width:${percent(to - from)}"><span>${title}</span></div>`,
  )}</div>`;
}

/** One entry of a legend: a sample of the mark as it is drawn, and its name. */
export function legendLine(markClass: string, name: string): Html {
  return html`<li><svg width="26" height="10" aria-hidden="true"><path class="${markClass}" d="M1 5h24"/></svg>${name}</li>`;
}

export function legendBox(markClass: string, name: string, heightPx = 10): Html {
  return html`<li><svg width="14" height="10" aria-hidden="true"><rect class="${markClass}" y="${(10 - heightPx) / 2}" width="14" height="${heightPx}"/></svg>${name}</li>`;
}
