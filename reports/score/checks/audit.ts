import { thresholds } from '../thresholds.ts';
import { type Check, type CheckInput, type CheckResult, percent } from './check.ts';

/** A check that only an audited run must pass. */
const whenAudited =
  (test: (input: CheckInput, audit: NonNullable<CheckInput['plan']['audit']>) => CheckResult) =>
  (input: CheckInput): CheckResult =>
    input.plan.audit === null ? { ok: true, value: null, saw: 'The experiment asked for no audit' } : test(input, input.plan.audit);

/** Did the audit see enough, and could it check everything? */
export const auditChecks: readonly Check[] = [
  {
    id: 'audited',
    name: 'The audit happened',
    bound: 'every finding checked',
    fix: 'Look at the finding that is named: without it nobody knows whether the data are right.',
    run: whenAudited(({ findings }) => {
      if (!findings.audited || findings.findings.length === 0) return { ok: false, value: 0, saw: 'Nothing was audited' };
      const unchecked = findings.findings.filter(({ status }) => status === 'unchecked');
      const [first] = unchecked;
      return { ok: first === undefined, value: findings.findings.length - unchecked.length, saw: first === undefined ? `All ${findings.findings.length} invariants were checked` : `“${first.title}” could not be checked: ${first.why ?? 'no reason recorded'}` };
    }),
  },
  {
    id: 'history-complete',
    name: 'The history is complete',
    bound: 'no operation lost',
    fix: 'Look at history.ndjson: a killed generator leaves it cut.',
    excusedBy: ['abort'],
    run: whenAudited(({ findings }) => ({ ok: findings.coverage.historyComplete, value: findings.coverage.acknowledged, saw: findings.coverage.historyComplete ? 'Every operation is in the history, from its invocation on' : 'Operations are missing in the history' })),
  },
  {
    id: 'acknowledged-checked',
    name: 'Acknowledged operations were looked up',
    bound: `at least ${percent(thresholds.acknowledgedCheckedShareMin)} of them`,
    fix: 'Look at findings.json: operations were acknowledged that the audit could not look up.',
    excusedBy: ['abort', 'service-death'],
    run: whenAudited(({ findings: { coverage } }) => {
      const share = coverage.acknowledged === 0 ? 0 : coverage.acknowledgedChecked / coverage.acknowledged;
      return { ok: share >= thresholds.acknowledgedCheckedShareMin, value: share, saw: `${coverage.acknowledgedChecked} of ${coverage.acknowledged} acknowledged operations were looked up` };
    }),
  },
  {
    id: 'seats-sold',
    name: 'Enough seats were sold',
    bound: 'the minimum of the experiment',
    fix: 'Raise the rate, the duration or the number of seats: so few sales prove nothing about double sales.',
    excusedBy: ['abort', 'service-death'],
    run: whenAudited(({ findings: { coverage } }, { seatsSoldMin }) => ({ ok: coverage.seatsSold >= seatsSoldMin, value: coverage.seatsSold, saw: `${coverage.seatsSold} seats were sold, ${seatsSoldMin} are wanted` })),
  },
  {
    id: 'payments-in-fault',
    name: 'Enough payments were made during the faults',
    bound: 'the minimum of the experiment',
    fix: 'Raise the rate or the length of the fault: so few payments prove nothing about what it did.',
    excusedBy: ['abort', 'service-death'],
    run: whenAudited(({ plan, findings: { coverage } }, { paymentsInFaultMin }) => {
      if (plan.faults.length === 0) return { ok: true, value: null, saw: 'The experiment has no fault' };
      return { ok: coverage.paymentsInFault >= paymentsInFaultMin, value: coverage.paymentsInFault, saw: `${coverage.paymentsInFault} payments were made during the faults, ${paymentsInFaultMin} are wanted` };
    }),
  },
];
