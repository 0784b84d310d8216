import type { Campaign, CampaignPart } from '../../../harness/contracts/campaign.ts';
import { html, type Html } from '../escape.ts';
import { pill } from '../icons.ts';
import { section, table } from '../ui.ts';
import { auditText, faultsText, msOr, reportHref, shareOr, timedText } from './figures.ts';
import { outcomeOf } from './standing.ts';

/** One row for each part, in the order of the suite. */
export function parts(campaign: Campaign): Html {
  return section(
    'parts',
    'Parts',
    table(
      'p95, p99 and bad requests are those of the worst fault phase',
      [
        { head: 'Part' },
        { head: 'Verdict' },
        { head: 'Detected', number: true, label: 'detected' },
        { head: 'Recovered', number: true, label: 'recovered' },
        { head: 'p95', number: true, label: 'p95' },
        { head: 'p99', number: true, label: 'p99' },
        { head: 'Bad', number: true, label: 'bad' },
        { head: 'Audit', label: 'audit' },
      ],
      campaign.parts.map((part) => ({ head: nameOf(part), cells: cellsOf(part), ...(part.verdict === 'FAIL' && { class: 'fail' }) })),
      { class: 'cards parts' },
    ),
  );
}

function nameOf(part: CampaignPart): Html {
  const { name, title, hypothesis, cell, sentence, verdict } = part;
  const href = reportHref(part);
  return html`<span class="name">${href === null ? name : html`<a href="${href}">${name}</a>`}</span> <span class="fine">${faultsText(part)}</span>${!cell && html`<span class="why">${title}<span class="fine">${hypothesis}</span></span>`}${verdict !== 'PASS' && sentence !== null && html`<span class="why"><strong>${sentence}</strong></span>`}`;
}

function cellsOf(part: CampaignPart): Html[] {
  const { word, result } = outcomeOf(part);
  const { figures } = part;
  const texts = [timedText(figures?.detection ?? null), timedText(figures?.recovery ?? null), msOr(figures?.faultP95Ms), msOr(figures?.faultP99Ms), shareOr(figures?.faultBadShare), auditText(figures)];
  return [pill(result, word), ...texts.map((text) => html`${text}`)];
}
