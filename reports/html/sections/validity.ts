import type { ValidityCheck } from '../../../harness/contracts/verdict.ts';
import { html, type Html } from '../escape.ts';
import { none, numberText } from '../format.ts';
import { pill } from '../icons.ts';
import type { Run } from '../run.ts';
import { missing, section, table } from '../ui.ts';

/** Whether the run is fit to say anything at all; what failed stands first. */
export function validity({ verdict }: Run): Html {
  const checks = verdict.validity.toSorted((a, b) => Number(a.ok) - Number(b.ok));
  const failed = checks.filter(({ ok }) => !ok).length;
  if (checks.length === 0) return section('validity', 'Is the run valid?', missing('No validity check was made.'));
  const lead = failed === 0 ? `Yes: all ${numberText(checks.length)} checks hold.` : `No: ${numberText(failed)} of ${numberText(checks.length)} checks do not hold.`;
  return section(
    'validity',
    'Is the run valid?',
    html`<p class="lead">${lead}</p>`,
    table(
      'Validity checks',
      [{ head: 'Check' }, { head: 'Result' }, { head: 'Value', number: true, label: 'value' }, { head: 'Bound', number: true, label: 'bound' }],
      checks.map((check) => ({ head: html`<span class="name">${check.name}</span><span class="why">${check.sentence}</span>`, cells: [check.ok ? pill('PASS', 'ok') : pill('INVALID', 'not ok'), value(check), check.bound] })),
      { class: 'validity cards' },
    ),
  );
}

function value({ value: measured }: ValidityCheck): string {
  if (measured === null) return none;
  return typeof measured === 'string' ? measured : numberText(measured, Number.isInteger(measured) ? 0 : 3);
}
