import type { Finding } from '../../harness/contracts/findings.ts';
import type { JudgedObjective, ValidityCheck } from '../../harness/contracts/verdict.ts';
import { boundText, numberText, plural, valueAgainst } from '../html/format.ts';
import { phaseTitle, type Run } from '../html/run.ts';
import { caseElement, counts, type Case } from './junit-case.ts';
import { element } from './xml.ts';

/**
 * junit.xml: verdict, validity checks, objectives and audit findings as test cases. FAIL is a failure; INVALID,
 * INCONCLUSIVE and everything that is missing are errors, so that no reader of JUnit takes them for green.
 */
export function renderJunit(run: Run): string {
  const { verdict, plan, measurements } = run;
  const suites: readonly (readonly [name: string, cases: readonly Case[]])[] = [
    ['verdict', [verdictCase(run), ...artefactCases(run)]],
    ['validity', verdict.validity.map(validityCase)],
    ['objectives', verdict.objectives.map(objectiveCase)],
    ['audit', auditCases(run)],
  ];
  const startMs = measurements?.loadStartMs ?? null;
  const seconds = measurements && startMs !== null && measurements.loadEndMs !== null ? (measurements.loadEndMs - startMs) / 1000 : 0;
  const shared = { timestamp: startMs === null ? undefined : new Date(startMs).toISOString().slice(0, 19) };
  const written = suites.map(([name, cases]) => element('testsuite', { name: `gatecrash.${name}`, ...counts(cases), time: name === 'verdict' ? seconds : 0, ...shared }, cases.map((one) => caseElement(`gatecrash.${plan.experiment.name}.${name}`, one))));
  const all = suites.flatMap(([, cases]) => cases);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: `gatecrash ${plan.experiment.name}`, ...counts(all), time: seconds }, written)}\n`;
}

function verdictCase({ verdict, plan }: Run): Case {
  const name = `${plan.experiment.title}: sales can open`;
  if (verdict.verdict === 'PASS') return { name, outcome: 'passed' };
  const text = [...verdict.reasons, `Next: ${verdict.nextAction}`, `Repeat: ${plan.command}`].join('\n');
  return { name, outcome: verdict.verdict === 'FAIL' ? 'failure' : 'error', type: verdict.verdict, message: verdict.sentence, text };
}

/** Files a run must have; a missing one is an error of its own, so that it cannot go unnoticed beside green cases. */
function artefactCases(run: Run): readonly Case[] {
  const lost = (['stack', 'dataset', 'measurements', 'findings'] as const).filter((name) => run[name] === null);
  return lost.map((name) => ({ name: `${name}.json is there`, outcome: 'error', type: 'MISSING', message: `${name}.json is missing: the run did not get that far` }));
}

function validityCase({ name, ok, value, bound, sentence }: ValidityCheck): Case {
  if (ok) return { name, outcome: 'passed' };
  return { name, outcome: 'error', type: 'INVALID', message: sentence, text: `value ${value ?? 'missing'}, bound ${bound}` };
}

function objectiveCase(objective: JudgedObjective): Case {
  const { title, endpoint, phase, result, gate, why, estimate, censored, limit, unit, op, source } = objective;
  const name = `${title}${endpoint === undefined ? '' : `, ${endpoint}`} [${phaseTitle(phase)}]`;
  if (result === 'PASS') return { name, outcome: 'passed' };
  if (!gate) return { name, outcome: 'skipped', message: `shown only, ${result}: ${why}` };
  const text = `measured ${censored ? '> ' : ''}${valueAgainst(estimate, limit, unit)}, limit ${boundText(op, limit, unit)}, source: ${source}`;
  return { name, outcome: result === 'FAIL' ? 'failure' : 'error', type: result, message: why, text };
}

function auditCases({ findings, plan }: Run): readonly Case[] {
  if (findings?.audited) return findings.findings.map(findingCase);
  if (plan.audit === null) return [{ name: 'audit', outcome: 'skipped', message: 'not audited: the experiment says audit: none' }];
  return [{ name: 'audit', outcome: 'error', type: 'MISSING', message: 'the audit did not run' }];
}

function findingCase({ id, title, status, checked, violations, first, worst, last, why }: Finding): Case {
  const name = `${title} (${id})`;
  if (status === 'held') return { name, outcome: 'passed' };
  if (status === 'unchecked') return { name, outcome: 'error', type: 'UNCHECKED', message: why ?? 'could not be checked' };
  const examples = Object.entries({ first, worst, last }).filter(([, example]) => example !== null).map(([place, example]) => `${place}: ${JSON.stringify(example)}`);
  return { name, outcome: 'failure', type: id, message: `${plural(violations, 'violation')} in ${numberText(checked)} checked`, text: examples.join('\n') };
}
