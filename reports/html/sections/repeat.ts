import { html, type Html } from '../escape.ts';
import type { Run } from '../run.ts';
import { facts, section } from '../ui.ts';

/** How to see it again, and how to judge it again. */
export function repeat({ plan, verdict }: Run): Html {
  return section(
    'repeat',
    'Repeat it',
    html`<p>The same experiment with the same seed:</p><pre class="command">${plan.command}</pre>`,
    html`<p>Judge this run again from its folder, for example with other objectives; nothing is started:</p><pre class="command">npx gatecrash judge RUN_FOLDER [--sla other.yaml]</pre>`,
    facts([
      ['Run', html`<code>${plan.runId}</code>`],
      ['Seed', String(plan.seed)],
      ['Experiment', html`<code>${plan.experiment.file}</code>`],
      ['Objectives', verdict.sla],
      ['Gatecrash', plan.gatecrashVersion],
    ]),
  );
}
