import type { Finding } from '../../harness/contracts/findings.ts';
import { isService } from '../../harness/contracts/service-processes.ts';
import type { JudgedObjective, ValidityCheck } from '../../harness/contracts/verdict.ts';
import type { VerdictName } from '../../harness/contracts/verdicts.ts';
import type { JudgeInput } from './input.ts';
import { countText } from './units.ts';

export interface Judged {
  readonly input: JudgeInput;
  readonly objectives: readonly JudgedObjective[];
  readonly validity: readonly ValidityCheck[];
}

/** One line of the table: its verdict holds when it has a reason. `id` is the key of the next action, too. */
export interface Rule {
  readonly id: 'ledger-broken' | 'invalid' | 'history-broken' | 'service-died' | 'aborted' | 'service-lags' | 'expectation-unmet' | 'objective-broken' | 'objective-open';
  readonly verdict: Exclude<VerdictName, 'PASS'>;
  reasons(judged: Judged): readonly string[];
}

/**
 * The precedence of verdicts: the first rule with a reason decides; without any it is PASS. A service that died comes
 * first: it is a fact whatever else is wrong with the run, and the cause of most that follows.
 */
export const precedence: readonly Rule[] = [
  { id: 'service-died', verdict: 'FAIL', reasons: ({ input }) => (input.measurements?.unplannedExits ?? []).filter(({ process }) => isService(process)).map(({ process, detail }) => `${process} died: ${detail}.`) },
  { id: 'ledger-broken', verdict: 'FAIL', reasons: ({ input }) => broken(input, 'ledger').map(findingReason) },
  { id: 'invalid', verdict: 'INVALID', reasons: ({ validity }) => validity.filter(({ ok }) => !ok).map(({ name, sentence }) => `${name}: no. ${sentence}`) },
  { id: 'history-broken', verdict: 'FAIL', reasons: ({ input }) => (input.findings?.coverage.historyComplete ? broken(input, 'history').map(findingReason) : []) },
  { id: 'aborted', verdict: 'FAIL', reasons: ({ input }) => (input.measurements?.aborted ? [`The run was aborted: ${input.measurements.aborted}.`] : []) },
  { id: 'service-lags', verdict: 'FAIL', reasons: ({ input }) => (input.measurements?.faults ?? []).flatMap(({ id, lags }) => (lags === null ? [] : [`After ${id} the service did not come back: ${lags}.`])) },
  { id: 'expectation-unmet', verdict: 'FAIL', reasons: ({ input }) => (input.measurements?.faults ?? []).flatMap(({ id, expectations }) => expectations.filter(({ met }) => met === false).map(({ what, saw }) => `Under ${id} it was expected that ${what}; ${saw}.`)) },
  { id: 'objective-broken', verdict: 'FAIL', reasons: ({ objectives }) => gated(objectives, 'FAIL') },
  { id: 'objective-open', verdict: 'INCONCLUSIVE', reasons: ({ objectives }) => gated(objectives, 'INCONCLUSIVE') },
];

export interface Decision {
  readonly verdict: VerdictName;
  /** The rule that decided; null for PASS. */
  readonly rule: Rule['id'] | null;
  /** Of all rules, in their order. */
  readonly reasons: readonly string[];
}

export function decideVerdict(judged: Judged): Decision {
  const found = precedence.map((rule) => ({ rule, reasons: rule.reasons(judged) })).filter(({ reasons }) => reasons.length > 0);
  return { verdict: found[0]?.rule.verdict ?? 'PASS', rule: found[0]?.rule.id ?? null, reasons: found.flatMap(({ reasons }) => reasons) };
}

/**
 * Findings that say the data are wrong; one that counts violations is broken whatever it calls itself. What has not
 * arrived because a server around the service died does not say so; a load generator delivers nothing.
 */
export function broken({ plan, findings, measurements }: JudgeInput, scope: Finding['scope']): Finding[] {
  const generators = new Set(plan.load.generators.map(({ index }) => `k6-${index}`));
  const stuck = (measurements?.unplannedExits ?? []).some(({ process }) => !isService(process) && !generators.has(process));
  return (findings?.findings ?? []).filter((finding) => finding.scope === scope && (finding.status === 'broken' || finding.violations > 0) && !(stuck && finding.eventual));
}

const findingReason = ({ title, violations, checked }: Finding): string => `Broken: ${title} (${countText(violations)} violations in ${countText(checked)} checked).`;

function gated(objectives: readonly JudgedObjective[], result: JudgedObjective['result']): string[] {
  return objectives.filter((row) => row.gate && row.result === result).map(({ title, phase, why }) => `${title} in ${phase}: ${why}`);
}
