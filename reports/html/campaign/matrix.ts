import type { Campaign, CampaignPart } from '../../../harness/contracts/campaign.ts';
import { html, type Html } from '../escape.ts';
import { pill, toneOf } from '../icons.ts';
import { section, table } from '../ui.ts';
import { msOr, reportHref, shareOr, timedText } from './figures.ts';
import { outcomeOf } from './standing.ts';

/** Kinds of fault × targets; empty where the combination does not exist. Null without cells. */
export function matrix({ parts }: Campaign): Html | null {
  const cells = parts.filter(({ cell }) => cell);
  if (cells.length === 0) return null;
  const kinds = [...new Set(cells.flatMap(({ faults }) => faults.map(({ kind }) => kind)))];
  const targets = [...new Set(cells.flatMap(({ faults }) => faults.map(({ target }) => target)))];
  const at = (kind: string, target: string): readonly CampaignPart[] => cells.filter(({ faults }) => faults.some((fault) => fault.kind === kind && fault.target === target));
  return section(
    'matrix',
    'Matrix',
    html`<p class="lead">Each cell is a run of its own: verdict, p99 and share of bad requests while the fault held, and the time from its end until the objectives held again. Empty: there is no such part.</p>`,
    table(
      'Kinds of fault by target',
      [{ head: 'Fault' }, ...targets.map((target) => ({ head: target }))],
      kinds.map((kind) => ({ head: html`<span class="name">${kind}</span>`, cells: targets.map((target) => html`${at(kind, target).map(cellOf)}`) })),
      { class: 'matrix' },
    ),
  );
}

function cellOf(part: CampaignPart): Html {
  const { word, result } = outcomeOf(part);
  const { figures } = part;
  const href = reportHref(part);
  const shown = pill(result, word);
  return html`<div class="cell ${toneOf(result)}">${href === null ? shown : html`<a href="${href}" aria-label="${word}: ${part.name}">${shown}</a>`}${figures !== null &&
  html`<dl><div><dt>p99</dt><dd>${msOr(figures.faultP99Ms)}</dd></div><div><dt>bad</dt><dd>${shareOr(figures.faultBadShare)}</dd></div><div><dt>back</dt><dd>${timedText(figures.recovery)}</dd></div></dl>`}</div>`;
}
