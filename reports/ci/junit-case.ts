import { element } from './xml.ts';

/** What a case came to: `failure` is the service's fault, `error` says that nothing is known, `skipped` decides nothing. */
export type Outcome = 'passed' | 'failure' | 'error' | 'skipped';

/** A test case of JUnit. */
export interface Case {
  readonly name: string;
  readonly outcome: Outcome;
  readonly type?: string;
  readonly message?: string;
  readonly text?: string;
  readonly seconds?: number;
}

/** What a suite's attributes say about its cases. */
export function counts(cases: readonly Case[]): Record<'tests' | 'failures' | 'errors' | 'skipped', number> {
  const of = (outcome: Outcome): number => cases.filter((one) => one.outcome === outcome).length;
  return { tests: cases.length, failures: of('failure'), errors: of('error'), skipped: of('skipped') };
}

/** A case as JUnit writes it. */
export function caseElement(classname: string, { name, outcome, type, message, text = '', seconds = 0 }: Case): string {
  const inner = outcome === 'passed' ? [] : [element(outcome, outcome === 'skipped' ? { message } : { type, message }, [], text)];
  return element('testcase', { classname, name, time: seconds }, inner);
}
