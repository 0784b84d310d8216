import { isService } from '../../harness/contracts/service-processes.ts';
import type { JudgedObjective, ValidityCheck } from '../../harness/contracts/verdict.ts';
import { auditChecks } from './checks/audit.ts';
import type { Check, CheckInput, Excuse } from './checks/check.ts';
import { dataChecks } from './checks/data.ts';
import { faultChecks } from './checks/faults.ts';
import { loadChecks } from './checks/load.ts';
import { stackChecks } from './checks/stack.ts';
import type { JudgeInput } from './input.ts';

/** Every validity check, in the order of the report: a server that died is the cause of much that follows. */
export const checks: readonly Check[] = [...stackChecks, ...dataChecks, ...loadChecks, ...faultChecks, ...auditChecks];

/** What to do about a failed check, by its id. */
export const fixOf = (id: string): string | undefined => (id === THERE ? 'Repeat the run: it did not come to its end.' : checks.find((check) => check.id === id)?.fix);

const THERE = 'artefacts-there';

/** Runs every check. With an artefact missing there is only one answer, and no other check is asked. */
export function checkValidity(input: JudgeInput, objectives: readonly JudgedObjective[]): ValidityCheck[] {
  const { plan, measurements, findings, stack } = input;
  const missing = Object.entries({ 'measurements.json': measurements, 'findings.json': findings, 'stack.json': stack }).filter(([, value]) => value === null);
  const there: ValidityCheck = {
    id: THERE,
    name: 'Every artefact is there',
    ok: missing.length === 0,
    value: missing.length,
    bound: 'none missing',
    sentence: missing.length === 0 ? 'Every artefact is there.' : `Missing or unreadable: ${missing.map(([name]) => name).join(', ')}.`,
  };
  if (measurements === null || findings === null || stack === null) return [there];
  const excuses = excusesOf(measurements);
  return [there, ...checks.map((check) => ask(check, { plan, measurements, findings, stack, objectives }, excuses))];
}

function excusesOf(measurements: CheckInput['measurements']): ReadonlySet<Excuse> {
  const excuses = new Set<Excuse>();
  if (measurements.aborted !== null) excuses.add('abort');
  if (measurements.unplannedExits.some(({ process }) => isService(process))) excuses.add('service-death');
  return excuses;
}

const excuseText: Record<Excuse, string> = {
  abort: 'the run was aborted, which is judged by itself',
  'service-death': 'the service died, which is judged by itself',
};

/** A check that fails because of something that is a FAIL by itself must not turn that FAIL into INVALID. */
function ask(check: Check, input: CheckInput, excuses: ReadonlySet<Excuse>): ValidityCheck {
  const { id, name, bound } = check;
  const { ok, value, saw } = check.run(input);
  const excuse = ok ? undefined : check.excusedBy?.find((each) => excuses.has(each));
  return { id, name, ok: ok || excuse !== undefined, value, bound, sentence: excuse === undefined ? `${saw}.` : `${saw}; not held against the run: ${excuseText[excuse]}.` };
}
