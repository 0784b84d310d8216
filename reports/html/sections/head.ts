import { html, type Html } from '../escape.ts';
import { utcText } from '../format.ts';
import { icon, toneOf } from '../icons.ts';
import { verdictWord, type Run } from '../run.ts';

/** Which run this is, in one quiet line above everything else. */
export function masthead({ plan, measurements }: Run): Html {
  const startMs = measurements?.loadStartMs ?? null;
  return html`<header class="masthead"><p class="brand">Gatecrash</p><h1>${plan.experiment.title}</h1>
<p class="muted">Run <code>${plan.runId}</code>${startMs !== null && html` · load started <time datetime="${new Date(startMs).toISOString()}">${utcText(startMs)}</time>`} · seed ${plan.seed}</p></header>
`;
}

/** The answer: verdict word, one sentence, what to do next. */
export function banner({ verdict }: Run): Html {
  const tone = toneOf(verdict.verdict);
  return html`<section class="banner ${tone}" aria-labelledby="verdict"><div class="seal">${icon(tone)}</div><div><p class="word">${verdictWord(verdict)}</p><h2 id="verdict">${verdict.sentence}</h2><p class="next"><strong>Next:</strong> ${verdict.nextAction}</p></div></section>
`;
}

/** Why it is not a PASS, worst first. */
export function reasons({ verdict }: Run): Html | null {
  if (verdict.reasons.length === 0) return null;
  const title = verdict.verdict === 'INVALID' ? 'Why this run says nothing' : 'Reasons, worst first';
  return html`<section id="reasons" class="reasons ${toneOf(verdict.verdict)}" aria-labelledby="reasons-title"><h2 id="reasons-title">${title}</h2><ol>${verdict.reasons.map((reason) => html`<li>${reason}</li>`)}</ol></section>
`;
}

/** Stages that left nothing, defects of the artefacts, aborts and processes that died: said before any number. */
export function gaps(run: Run): Html | null {
  const lost = [
    run.stack === null && 'stack.json is missing: what was running is not known.',
    run.dataset === null && 'dataset.json is missing: the state the run began with is not known.',
    run.measurements === null && 'measurements.json is missing: there are no charts, fault cards or request figures.',
    run.findings === null && 'findings.json is missing: the audit did not run, so nothing is known about the seats and the money.',
    run.measurements?.aborted && `The run was aborted: ${run.measurements.aborted}`,
    ...(run.measurements?.unplannedExits ?? []).map(({ process, detail }) => `${process} died unplanned: ${detail}`),
    ...[...(run.measurements?.defects ?? []), ...(run.findings?.defects ?? [])].map(({ artefact, problem }) => `${artefact}: ${problem}`),
  ].filter((line) => typeof line === 'string');
  if (lost.length === 0) return null;
  return html`<section id="missing" class="reasons void" aria-labelledby="missing-title"><h2 id="missing-title">What is missing or went wrong in the run itself</h2><ul>${[...new Set(lost)].map((line) => html`<li>${line}</li>`)}</ul></section>
`;
}
