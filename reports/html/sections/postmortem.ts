import { html, type Html, type Part } from '../escape.ts';
import { boundText, numberText, plural, secondsText, utcText, valueAgainst } from '../format.ts';
import { phaseRow, phaseTitle, whenText, type Run } from '../run.ts';
import { section } from '../ui.ts';

/** For a FAIL: a post-mortem with everything the run knows filled in, and blanks for what only people know. */
export function postmortem(run: Run): Html | null {
  if (run.verdict.verdict !== 'FAIL') return null;
  return section(
    'postmortem',
    'Post-mortem',
    html`<details><summary>A post-mortem to copy, filled in with what the run knows</summary><dl class="postmortem">
${entry('What', run.verdict.sentence)}
${entry('When', when(run))}
${entry('Impact', impact(run))}
${entry('Timeline', list(events(run)))}
${entry('Violated objectives', list(violated(run)))}
${entry('Broken invariants', list(broken(run)))}
${entry('Cause', blank('what broke, and why now'))}
${entry('Why it was not noticed earlier', blank('test, alert or review that should have'))}
${entry('What we change', blank('action · owner · date'))}
</dl></details>`,
  );
}

function entry(name: string, value: Part): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function blank(hint: string): Html {
  return html`<span class="blank">${hint}</span>`;
}

function list(lines: readonly string[]): Part {
  return lines.length === 0 ? 'none' : html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

function when(run: Run): string {
  const measured = run.measurements;
  if (!measured || measured.loadStartMs === null) return 'not known';
  return `${utcText(measured.loadStartMs)}${measured.loadEndMs === null ? '' : ` to ${utcText(measured.loadEndMs)}`}, run ${run.plan.runId}`;
}

function impact(run: Run): string {
  const whole = phaseRow(run, 'whole');
  const coverage = run.findings?.audited ? run.findings.coverage : null;
  return [
    whole ? `${numberText(whole.bad)} of ${numberText(whole.count)} requests were bad` : 'requests not measured',
    coverage ? `${plural(coverage.doubleSales, 'seat')} sold twice of ${numberText(coverage.seatsSold)}` : 'seats not audited',
    coverage && coverage.payments > coverage.paymentsDelivered ? `${plural(coverage.payments - coverage.paymentsDelivered, 'payment')} not delivered` : null,
  ].filter((part) => part !== null).join('; ');
}

function events(run: Run): readonly string[] {
  const moments = (run.measurements?.faults ?? []).flatMap(({ id, applyMs, verifiedMs, undoMs, goneMs, detection, recovery }) => [
    [applyMs, `${id} applied`] as const,
    [verifiedMs, `${id} verified`] as const,
    [applyMs !== null && detection ? applyMs + detection.seconds * 1000 : null, detection?.censored ? `${id} not detected within ${secondsText(detection.seconds)}` : `${id} detected`] as const,
    [undoMs, `${id} undone`] as const,
    [goneMs, `${id} gone`] as const,
    [undoMs !== null && recovery ? undoMs + recovery.seconds * 1000 : null, recovery?.censored ? `not recovered within ${secondsText(recovery.seconds)} after ${id}` : `recovered from ${id}`] as const,
  ]);
  const exits = (run.measurements?.unplannedExits ?? []).map(({ process, tMs, detail }) => [tMs, `${process} died: ${detail}`] as const);
  return [...moments, ...exits].filter((moment): moment is readonly [number, string] => moment[0] !== null).toSorted(([a], [b]) => a - b).map(([atMs, text]) => `${whenText(run, atMs)} ${text}`);
}

function violated({ verdict }: Run): readonly string[] {
  return verdict.objectives.filter(({ result, gate }) => gate && result === 'FAIL').map(({ title, phase, estimate, limit, op, unit }) => `${title}, ${phaseTitle(phase)}: ${valueAgainst(estimate, limit, unit)} against ${boundText(op, limit, unit)}`);
}

function broken({ findings }: Run): readonly string[] {
  return (findings?.findings ?? []).filter(({ status }) => status === 'broken').map(({ title, id, violations, checked }) => `${title} (${id}): ${plural(violations, 'violation')} in ${numberText(checked)} checked`);
}
