import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../harness/contracts/findings.ts';
import type { Measurements } from '../../../harness/contracts/measurements.ts';
import { Verdict } from '../../../harness/contracts/verdict.ts';
import { fixtureFindings, fixtureMeasurements, fixturePlan, fixtureVerdict, measurementsWith } from '../../support/fixtures.ts';

const broken = (scope: 'ledger' | 'history', overrides: Partial<Findings> = {}): Findings => {
  const { findings } = fixtureFindings();
  const index = findings.findIndex((finding) => finding.scope === scope);
  return fixtureFindings({ findings: findings.map((finding, i) => (i === index ? { ...finding, status: 'broken', violations: 2 } : finding)), ...overrides });
};
const invalid: Partial<Measurements> = { drained: false };
const apiDied: Partial<Measurements> = { unplannedExits: [{ process: 'api', tMs: 0, detail: 'exit code 1' }] };
const slow = (overrides: Partial<Measurements> = {}): Measurements => measurementsWith('steady', { count: 7530, polling: 1600, medianMs: 900 }, '*', overrides);
const few = (overrides: Partial<Measurements> = {}): Measurements => measurementsWith('recovery', { count: 2000 }, '*', overrides);

describe('the verdict', () => {
  it('is PASS when everything gated is proven, the audit found nothing and the run is valid', () => {
    const verdict = fixtureVerdict();
    expect(verdict).toMatchObject({ verdict: 'PASS', exitCode: 0, audited: true, reasons: [] });
    expect(verdict.sentence).toMatch(/^Yes, you can open: all \d+ objectives are proven/);
    expect([...Value.Errors(Verdict, verdict)]).toEqual([]);
  });

  it('is the same, byte for byte, each time, and holds nothing that JSON cannot', () => {
    const verdict = fixtureVerdict();
    expect(JSON.stringify(fixtureVerdict())).toBe(JSON.stringify(verdict));
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
  });

  it('is FAIL when an objective is broken, and names it', () => {
    const verdict = fixtureVerdict({ measurements: slow() });
    expect(verdict).toMatchObject({ verdict: 'FAIL', exitCode: 1 });
    expect(verdict.sentence).toMatch(/^No, do not open: P9\d latency in steady: /);
    expect(verdict.nextAction).toContain('steady');
  });

  it('is INCONCLUSIVE when one is open, and says how much longer would decide', () => {
    const verdict = fixtureVerdict({ measurements: few() });
    expect(verdict).toMatchObject({ verdict: 'INCONCLUSIVE', exitCode: 2 });
    expect(verdict.sentence).toMatch(/^Not known yet: 1 of \d+/);
    expect(verdict.nextAction).toMatch(/recovery about \d+ s longer/);
  });

  it('says so when a run was not audited by choice', () => {
    const verdict = fixtureVerdict({ plan: fixturePlan({ audit: null }), findings: fixtureFindings({ audited: false, findings: [] }) });
    expect(verdict).toMatchObject({ verdict: 'PASS', audited: false });
    expect(verdict.sentence).toMatch(/^PASS \(not audited\): /);
  });

  it('does not depend on what is only watched', () => {
    const measurements = measurementsWith('steady', { count: 2000, medianMs: 700 }, 'POST /queue/token');
    const verdict = fixtureVerdict({ measurements });
    expect(verdict.objectives.find(({ id }) => id === 'queue-entry-p95')?.result).toBe('FAIL');
    expect(verdict.verdict).toBe('PASS');
  });
});

const findingOf = (id: string): Findings['findings'][number] => ({ id, title: id, scope: 'ledger', status: 'broken', checked: 9, violations: 2, first: {}, worst: {}, last: {} });

describe('precedence', () => {
  it.each([
    ['a broken ledger', 'INVALID', 'FAIL', { measurements: fixtureMeasurements(invalid), findings: broken('ledger') }, /^Broken: No seat/],
    ['INVALID', 'a broken history', 'INVALID', { measurements: fixtureMeasurements(invalid), findings: broken('history') }, /came to its end: no/],
    ['INVALID', 'an incomplete history that looks broken', 'INVALID', { findings: broken('history', { coverage: { ...fixtureFindings().coverage, historyComplete: false } }) }, /history is complete: no/],
    ['INVALID', 'a broken objective', 'INVALID', { measurements: slow(invalid) }, /came to its end: no/],
    ['the death of the service', 'INVALID', 'FAIL', { measurements: fixtureMeasurements({ ...apiDied, defects: [{ artefact: 'series.ndjson', problem: 'is missing' }] }) }, /^api died: exit code 1/],
    ['the death of the service', 'what it left undone in the ledger', 'FAIL', { measurements: fixtureMeasurements(apiDied), findings: broken('ledger') }, /^api died: exit code 1/],
    ['a broken history', 'an open objective', 'FAIL', { measurements: few(), findings: broken('history') }, /^Broken: Everything/],
    ['the death of the service', 'an open objective', 'FAIL', { measurements: few(apiDied) }, /^api died: exit code 1/],
    ['an expectation that was not met', 'an open objective', 'FAIL', { measurements: few({ faults: fixtureMeasurements().faults.map((fault) => ({ ...fault, expectations: [{ what: 'the breaker of redis opens', met: false, saw: 'it opened nowhere' }] })) }), plan: fixturePlan({ faults: fixturePlan().faults.map((fault) => ({ ...fault, expect: { breakers: [{ dependency: 'redis', opens: true }] } })) }) }, /^Under redis-down it was expected that the breaker of redis opens; it opened nowhere/],
    ['a service that does not come back', 'an open objective', 'FAIL', { measurements: few({ faults: fixtureMeasurements().faults.map((fault) => ({ ...fault, lags: 'failed calls to redis: still more of them 15 s after the undo' })) }) }, /^After redis-down the service did not come back: failed calls to redis/],
    ['an abort', 'an open objective', 'FAIL', { measurements: few({ aborted: 'errors over 50 % for 10 s' }) }, /^The run was aborted/],
    ['a broken objective', 'an open one', 'FAIL', { measurements: { ...slow(), endpoints: slow().endpoints.map((row) => few().endpoints.find(({ phase, endpoint }) => phase === 'recovery' && endpoint === '*' && row.phase === phase && row.endpoint === endpoint) ?? row) } }, /latency in steady/],
  ] as const)('puts %s before %s', (_first, _second, expected, parts, reason) => {
    const verdict = fixtureVerdict(parts);
    expect(verdict.verdict).toBe(expected);
    expect(verdict.reasons[0]).toMatch(reason);
  });

  it('takes a finding that counts violations for broken, whatever it calls itself', () => {
    const findings = fixtureFindings();
    const verdict = fixtureVerdict({ findings: fixtureFindings({ findings: findings.findings.map((finding) => ({ ...finding, violations: 1 })) }) });
    expect(verdict.verdict).toBe('FAIL');
  });

  it('does not let what follows from the death of the service or from an abort hide it behind INVALID', () => {
    const following: Partial<Measurements> = { drained: false, processes: fixtureMeasurements().processes.map((row) => (row.process === 'api' ? { ...row, missingSeconds: 40 } : row)) };
    const dead = fixtureVerdict({ measurements: fixtureMeasurements({ ...apiDied, ...following }) });
    expect(dead).toMatchObject({ verdict: 'FAIL' });
    expect(dead.validity.find(({ id }) => id === 'drained')?.sentence).toContain('not held against the run');
    const aborted = fixtureVerdict({ measurements: fixtureMeasurements({ aborted: 'errors over 50 %', loadEndMs: (fixtureMeasurements().loadEndMs ?? 0) - 30_000, faults: [] }) });
    expect(aborted.verdict).toBe('FAIL');
  });

  it('does not hold against the service what could not arrive because a server died, and everything else all the same', () => {
    const measurements = fixtureMeasurements({ unplannedExits: [{ process: 'toxiproxy', tMs: 0, detail: 'ended by SIGKILL' }] });
    const undelivered = { ...findingOf('outbox-drained'), eventual: true as const };
    expect(fixtureVerdict({ measurements, findings: fixtureFindings({ findings: [undelivered] }) }).verdict).toBe('INVALID');
    expect(fixtureVerdict({ findings: fixtureFindings({ findings: [undelivered] }) }).verdict).toBe('FAIL');
    expect(fixtureVerdict({ measurements, findings: fixtureFindings({ findings: [undelivered, findingOf('seat-sold-twice')] }) }).verdict).toBe('FAIL');
  });

  it('takes the death of a generator for no reason why something could not arrive', () => {
    const measurements = fixtureMeasurements({ unplannedExits: [{ process: 'k6-0', tMs: 0, detail: 'ended by SIGKILL' }] });
    const undelivered = { ...findingOf('outbox-drained'), eventual: true as const };
    expect(fixtureVerdict({ measurements }).verdict).toBe('INVALID');
    expect(fixtureVerdict({ measurements, findings: fixtureFindings({ findings: [undelivered] }) }).verdict).toBe('FAIL');
  });

  it('counts the death of a process of the stack against the run, not against the service', () => {
    expect(fixtureVerdict({ measurements: fixtureMeasurements({ unplannedExits: [{ process: 'broker-2', tMs: 0, detail: 'exit code 1' }] }) }).verdict).toBe('INVALID');
    expect(fixtureVerdict({ measurements: fixtureMeasurements({ unplannedExits: [{ process: 'worker-1', tMs: 0, detail: 'exit code 1' }] }) }).verdict).toBe('FAIL');
  });
});
