import type { Finding } from '../../harness/contracts/findings.ts';
import type { JudgedObjective } from '../../harness/contracts/verdict.ts';
import { boundText, lengthText, none, numberText, plural, ratioText, secondsText, valueAgainst } from '../html/format.ts';
import { availability, phaseRate, phaseRow, phaseTitle, verdictWord, whenText, type Run } from '../html/run.ts';
import { code, fence, plain, tableOf } from './markdown.ts';

const marks = { PASS: '✅', FAIL: '❌', INCONCLUSIVE: '❔', INVALID: '🚫', MISSING: '🚫' } as const;

/** summary.md: the verdict for a CI job's summary page, in GitHub-flavoured Markdown. Pure; all text of the run is escaped. */
export function renderSummary(run: Run): string {
  const { verdict, plan } = run;
  const parts = [
    `## ${marks[verdict.verdict]} ${verdictWord(verdict)}: ${plain(plan.experiment.title)}`,
    `**${plain(verdict.sentence)}**`,
    `Next: ${plain(verdict.nextAction)}`,
    verdict.reasons.length > 0 && verdict.reasons.map((reason) => `1. ${plain(reason)}`).join('\n'),
    figures(run),
    ...objectives(verdict.objectives),
    ...faults(run),
    ...invalidities(run),
    ...audit(run),
    `<details><summary>Repeat it</summary>\n\n${fence(plan.command, 'sh')}\n\nRun ${code(plan.runId)}, seed ${plan.seed}, Gatecrash ${plain(plan.gatecrashVersion)}. The whole report is ${code('report.html')} in the run's folder.\n\n</details>`,
  ];
  return `${parts.filter((part) => part !== false && part !== '').join('\n\n')}\n`;
}

function figures(run: Run): string {
  if (!run.measurements) return 'Nothing was measured.';
  const phases = ['steady', ...run.plan.faults.map(({ id }) => `fault:${id}`), 'recovery', 'whole'];
  const text = (value: number | null | undefined, as: (value: number) => string = numberText): string => (value === null || value === undefined ? none : as(value));
  const rows = phases.map((phase) => {
    const row = phaseRow(run, phase);
    return [plain(phaseTitle(phase)), text(row?.count), text(row?.bad), text(availability(row), ratioText), text(phaseRate(run, phase, 'successful')), text(row?.latencyMs?.p95), text(row?.latencyMs?.p99)];
  });
  return tableOf(['Phase', 'Requests', 'Bad', 'Availability', 'Successful/s', 'p95 ms', 'p99 ms'], 'lrrrrrr', rows);
}

/** What is not proven is open; what is proven is a line to unfold. */
function objectives(all: readonly JudgedObjective[]): readonly string[] {
  const deciding = all.filter(({ gate }) => gate);
  const open = deciding.filter(({ result }) => result !== 'PASS');
  const proven = deciding.filter(({ result }) => result === 'PASS');
  return [
    open.length > 0 ? `### Objectives not proven\n\n${objectiveTable(open)}` : '',
    proven.length > 0 ? `<details><summary>${plural(proven.length, 'objective')} proven</summary>\n\n${objectiveTable(proven)}\n\n</details>` : '',
  ];
}

function objectiveTable(rows: readonly JudgedObjective[]): string {
  return tableOf(
    ['', 'Objective', 'Phase', 'Measured', 'Bounds', 'Limit', 'Why'],
    'lllrrrl',
    rows.map((objective) => {
      const { result, title, endpoint, phase, estimate, censored, lower, upper, limit, unit, op, why, kind } = objective;
      const side = (value: number | null): string => valueAgainst(value, limit, unit);
      return [
        `${marks[result]} ${result}`,
        plain(title) + (endpoint === undefined ? '' : ` ${code(endpoint)}`),
        plain(phaseTitle(phase)),
        plain(`${censored ? '> ' : ''}${side(estimate)}`),
        kind === 'sampled' ? `${side(lower)} to ${side(upper)}` : none,
        plain(boundText(op, limit, unit)),
        plain(why),
      ];
    }),
  );
}

function faults(run: Run): readonly string[] {
  const lines = (run.measurements?.faults ?? []).map(({ id, verifiedMs, goneMs, detection, recovery, canary }) => {
    const timed = (time: typeof detection): string => (time ? `${time.censored ? 'not within ' : 'after '}${secondsText(time.seconds)}` : 'not measured');
    const held = verifiedMs === null ? '**never verified**' : `verified at ${whenText(run, verifiedMs)}`;
    return `- Fault ${code(id)}: ${held}, ${goneMs === null ? '**not seen to be gone**' : `gone at ${whenText(run, goneMs)}`}; ${numberText(canary.during.failed)} canaries failed and ${numberText(canary.during.ok)} answered while it held; detected ${timed(detection)} (bound ${lengthText(run.plan.detectWithinMs)}), recovered ${timed(recovery)} (bound ${lengthText(run.plan.recoverWithinMs)}).`;
  });
  return [lines.join('\n')];
}

function invalidities({ verdict }: Run): readonly string[] {
  const failed = verdict.validity.filter(({ ok }) => !ok);
  if (failed.length === 0) return [verdict.validity.length === 0 ? 'No validity check was made.' : ''];
  return [`### Validity\n\n${failed.map(({ name, sentence }) => `- 🚫 **${plain(name)}**: ${plain(sentence)}`).join('\n')}`];
}

function audit({ findings, plan }: Run): readonly string[] {
  if (!findings) return ['Audit: **did not run**.'];
  if (!findings.audited) return [`Audit: **not audited**${plan.audit === null ? ' (the experiment says so)' : ''}.`];
  const open = findings.findings.filter(({ status }) => status !== 'held');
  const { seatsSold, doubleSales, payments, paymentsDelivered } = findings.coverage;
  const line = `Audit: ${numberText(findings.findings.length - open.length)} of ${plural(findings.findings.length, 'invariant')} held; ${plural(seatsSold, 'seat')} sold, ${numberText(doubleSales)} of them twice; ${numberText(paymentsDelivered)} of ${plural(payments, 'payment')} delivered once.`;
  return [line, open.map(findingLine).join('\n')];
}

function findingLine({ id, title, status, violations, checked, first, why }: Finding): string {
  const count = status === 'broken' ? `${plural(violations, 'violation')} in ${numberText(checked)} checked` : 'could not be checked';
  return `- ${status === 'broken' ? '❌' : '🚫'} **${plain(title)}** (${code(id)}): ${count}${why === undefined ? '' : `; ${plain(why)}`}${first === null ? '' : `; first: ${code(JSON.stringify(first))}`}`;
}
