import type { Finding, Findings } from '../../../harness/contracts/findings.ts';
import { html, type Html, type Part } from '../escape.ts';
import { numberText, plural, ratioText } from '../format.ts';
import { pill } from '../icons.ts';
import type { Run } from '../run.ts';
import { facts, missing, section, table } from '../ui.ts';

/** Whether what users were told is what the ledgers hold. */
export function audit({ findings, plan }: Run): Html {
  if (!findings) return section('audit', 'Audit', missing('The audit did not run: nothing is known about seats, money and events.'));
  if (!findings.audited) return section('audit', 'Audit', missing(plan.audit === null ? 'Not audited: the experiment says “audit: none”.' : 'Not audited.'));
  const order = { broken: 0, unchecked: 1, held: 2 } as const;
  const sorted = findings.findings.toSorted((a, b) => order[a.status] - order[b.status]);
  return section('audit', 'Audit', html`<p class="lead">${sentence(findings)}</p>`, findingTable(sorted), coverage(findings));
}

function sentence({ findings }: Findings): string {
  const broken = findings.filter(({ status }) => status === 'broken').length;
  const unchecked = findings.filter(({ status }) => status === 'unchecked').length;
  if (findings.length === 0) return 'No invariant was checked.';
  const parts = [broken > 0 && `${numberText(broken)} broken`, unchecked > 0 && `${numberText(unchecked)} could not be checked`, `${numberText(findings.length - broken - unchecked)} held`].filter((part) => part !== false);
  return `Of ${plural(findings.length, 'invariant')}: ${parts.join(', ')}. History of the clients joined with the ledgers of database, broker, platform and gateway.`;
}

function findingTable(findings: readonly Finding[]): Html | null {
  if (findings.length === 0) return null;
  return table(
    'Invariants',
    [{ head: 'Invariant' }, { head: 'Result' }, { head: 'Checked', number: true, label: 'checked' }, { head: 'Violations', number: true, label: 'violations' }],
    findings.map((finding) => ({
      head: html`<span class="name">${finding.title}</span> <code>${finding.id}</code>${finding.why !== undefined && html`<span class="why">${finding.why}</span>`}${examples(finding)}`,
      cells: [pill(finding.status), numberText(finding.checked), numberText(finding.violations)],
      class: finding.status,
    })),
    { class: 'findings cards' },
  );
}

/** First, worst and last violation, told apart only where they differ. */
function examples({ first, worst, last, status }: Finding): Part {
  const shown = new Map<string, string[]>();
  for (const [name, example] of [['first', first], ['worst', worst], ['last', last]] as const) {
    if (example === null) continue;
    const text = Object.entries(example).map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join('\n');
    shown.set(text, [...(shown.get(text) ?? []), name]);
  }
  if (shown.size === 0) return null;
  return html`<details${status === 'broken' && html` open`}><summary>Examples</summary><dl class="examples">${[...shown].map(([text, names]) => html`<div><dt>${names.join(', ')}</dt><dd><pre>${text}</pre></dd></div>`)}</dl></details>`;
}

function coverage({ coverage: seen }: Findings): Html {
  const share = seen.acknowledged > 0 ? ` (${ratioText(seen.acknowledgedChecked / seen.acknowledged)})` : '';
  return html`<h3>Coverage</h3>${facts([
    ['Acknowledged operations looked up', `${numberText(seen.acknowledgedChecked)} of ${numberText(seen.acknowledged)}${share}`],
    ['Outcome unknown to the client', numberText(seen.unknown)],
    ['History', seen.historyComplete ? 'complete' : 'not complete'],
    ['Seats sold', numberText(seen.seatsSold)],
    ['Payments', `${numberText(seen.payments)}, ${numberText(seen.paymentsInFault)} of them inside a fault`],
    ['Delivered to the platform once', numberText(seen.paymentsDelivered)],
    ['Seats sold twice', numberText(seen.doubleSales)],
  ])}`;
}
