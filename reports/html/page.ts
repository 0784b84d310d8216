import { documentOf } from './document.ts';
import { html } from './escape.ts';
import type { Links } from './links.ts';
import { verdictWord, type Run } from './run.ts';
import { audit } from './sections/audit.ts';
import { cpu } from './sections/cpu.ts';
import { endpoints } from './sections/endpoints.ts';
import { environment, settings } from './sections/environment.ts';
import { faults } from './sections/faults.ts';
import { banner, gaps, masthead, reasons } from './sections/head.ts';
import { objectives } from './sections/objectives.ts';
import { postmortem } from './sections/postmortem.ts';
import { repeat } from './sections/repeat.ts';
import { tiles } from './sections/tiles.ts';
import { timeline } from './sections/timeline.ts';
import { validity } from './sections/validity.ts';
import { styleSheet } from './style.ts';

export type { Run } from './run.ts';

const contents = [
  ['objectives', 'Objectives'],
  ['timeline', 'Timeline'],
  ['faults', 'Faults'],
  ['endpoints', 'Endpoints'],
  ['audit', 'Audit'],
  ['validity', 'Validity'],
  ['cpu', 'CPU'],
  ['environment', 'Environment'],
  ['settings', 'Settings'],
  ['repeat', 'Repeat'],
] as const;

/**
 * report.html: one file without scripts and without anything from elsewhere. Pure: the same run gives the same bytes.
 * Whatever a run did not get to (null) is named as missing, never left out silently.
 */
export function renderHtml(run: Run, links: Links = { projectHref: null }): string {
  return documentOf(`${verdictWord(run.verdict)} · ${run.plan.experiment.title} · Gatecrash`, styleSheet, html`<a class="skip" href="#objectives">Skip to the objectives</a>
${masthead(run)}<main>
${banner(run)}${tiles(run)}${gaps(run)}${reasons(run)}<nav aria-label="Contents"><ul>${contents.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${objectives(run)}${timeline(run)}${faults(run, links)}${endpoints(run)}${audit(run)}${validity(run)}${cpu(run)}${environment(run)}${settings(run)}${repeat(run)}${postmortem(run)}</main>
<footer><p>Gatecrash ${run.plan.gatecrashVersion}. Made from the files of run <code>${run.plan.runId}</code> alone; every figure here is in them.</p></footer>
`);
}
