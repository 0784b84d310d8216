import type { Campaign, CampaignPart } from '../../harness/contracts/campaign.ts';
import { durationText } from '../../harness/contracts/duration.ts';
import { msOr, timedText } from './campaign/figures.ts';
import { matrix } from './campaign/matrix.ts';
import { parts } from './campaign/parts.ts';
import { standingOf, type Standing } from './campaign/standing.ts';
import { campaignStyle } from './campaign/style.ts';
import { documentOf } from './document.ts';
import { html, type Html } from './escape.ts';
import { none, numberText, utcText } from './format.ts';
import { icon, toneOf, type Result } from './icons.ts';
import { styleSheet } from './style.ts';
import { facts, section } from './ui.ts';

/** index.html of a campaign: all its runs on one page, each with a link to its report. Pure: the same campaign gives the same bytes. */
export function renderCampaign(campaign: Campaign): string {
  const standing = standingOf(campaign);
  const cells = matrix(campaign);
  const body = html`<a class="skip" href="#parts">Skip to the parts</a>
<header class="masthead"><p class="brand">Gatecrash</p><h1>${campaign.suite.title}</h1>
<p class="muted">Campaign <code>${campaign.campaignId}</code> · started <time datetime="${new Date(campaign.startedMs).toISOString()}">${utcText(campaign.startedMs)}</time> · seed ${campaign.seed}</p></header>
<main>
${banner(standing)}${tiles(campaign)}<nav aria-label="Contents"><ul>${cells !== null && html`<li><a href="#matrix">Matrix</a></li>`}<li><a href="#parts">Parts</a></li><li><a href="#campaign">Campaign</a></li></ul></nav>
${cells}${parts(campaign)}${about(campaign)}</main>
<footer><p>Gatecrash ${campaign.gatecrashVersion}. Made from <code>campaign.json</code> alone; each figure is in the folder of its run.</p></footer>
`;
  return documentOf(`${standing.word} · ${campaign.suite.title} · Gatecrash`, styleSheet + campaignStyle, body);
}

function banner({ word, result, sentence, next }: Standing): Html {
  const tone = toneOf(result);
  return html`<section class="banner ${tone}" aria-labelledby="verdict"><div class="seal">${icon(tone)}</div><div><p class="word">${word}</p><h2 id="verdict">${sentence}</h2><p class="next"><strong>Next:</strong> ${next}</p></div></section>
`;
}

/** The figures by which one campaign is compared with the last. */
function tiles({ parts: all }: Campaign): Html {
  const passed = all.filter(({ verdict }) => verdict === 'PASS').length;
  const broken = all.filter(({ figures }) => figures?.audit === 'broken').length;
  const audited = all.filter(({ figures }) => figures?.audit === 'held' || figures?.audit === 'broken').length;
  const slowest = worstOf(all, ({ figures }) => figures?.faultP99Ms ?? null);
  const latest = worstOf(all, ({ figures }) => (figures?.recovery ? figures.recovery.seconds + (figures.recovery.censored ? 1e6 : 0) : null));
  return html`<section class="tiles" aria-label="Key figures">
${tile('Parts passed', passed === all.length ? 'PASS' : 'MISSING', `${numberText(passed)} / ${numberText(all.length)}`, 'of all, also those that have not run')}
${tile('Audits broken', audited === 0 ? 'MISSING' : broken === 0 ? 'PASS' : 'FAIL', audited === 0 ? none : numberText(broken), `of ${numberText(audited)} that checked every invariant or found one broken`)}
${tile('Worst p99 in a fault', 'MISSING', msOr(slowest?.figures?.faultP99Ms), slowest?.name ?? 'nothing was measured')}
${tile('Longest way back', 'MISSING', timedText(latest?.figures?.recovery ?? null), latest?.name ?? 'nothing was measured')}
</section>
`;
}

function tile(label: string, result: Result, value: string, line: string): Html {
  return html`<div class="tile ${toneOf(result)}"><p class="label">${label}</p><p class="value">${value}</p><p class="line">${line}</p></div>`;
}

function worstOf(all: readonly CampaignPart[], figure: (part: CampaignPart) => number | null): CampaignPart | undefined {
  return all.filter((part) => figure(part) !== null).toSorted((a, b) => (figure(b) ?? 0) - (figure(a) ?? 0))[0];
}

function about({ suite, command, startedMs, endedMs, parts: all }: Campaign): Html {
  const stacks = new Set(all.map(({ stack }) => stack).filter((stack) => stack !== null)).size;
  return section(
    'campaign',
    'Campaign',
    facts([
      ['Suite', html`<code>${suite.file}</code>`],
      ['Took', endedMs === null ? 'not finished' : durationText(endedMs - startedMs)],
      ['Stacks', stacks === 0 ? none : `${numberText(stacks)}: each part begins with a database, topics and a Redis of its own; a new stack only where the last could not be used again`],
    ]),
    html`<p>What has not run, or failed in the harness, runs with:</p><pre class="command">${command}</pre>`,
  );
}
