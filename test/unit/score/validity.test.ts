import { describe, expect, it } from 'vitest';
import type { Findings } from '../../../harness/contracts/findings.ts';
import type { Expectation } from '../../../harness/contracts/experiment.ts';
import type { Plan } from '../../../harness/contracts/plan.ts';
import type { FaultMeasurement, Measurements } from '../../../harness/contracts/measurements.ts';
import type { StackFile } from '../../../harness/contracts/stack.ts';
import type { JudgeInput } from '../../../reports/score/input.ts';
import { judge } from '../../../reports/score/judge.ts';
import { checks } from '../../../reports/score/validity.ts';
import { fixtureFindings, fixtureMeasurements, fixturePlan, fixtureStack, measurementsWith } from '../../support/fixtures.ts';

const input = (overrides: Partial<JudgeInput> = {}): JudgeInput => ({ plan: fixturePlan(), measurements: fixtureMeasurements(), findings: fixtureFindings(), stack: fixtureStack(), ...overrides });
const measured = (overrides: Partial<Measurements>): Partial<JudgeInput> => ({ measurements: fixtureMeasurements(overrides) });
const found = (overrides: Partial<Findings>): Partial<JudgeInput> => ({ findings: fixtureFindings(overrides) });
const covered = (overrides: Partial<Findings['coverage']>): Partial<JudgeInput> => found({ coverage: { ...fixtureFindings().coverage, ...overrides } });
const fault = (overrides: Partial<FaultMeasurement>): Partial<JudgeInput> => measured({ faults: fixtureMeasurements().faults.map((each) => ({ ...each, ...overrides })) });
const settings = (overrides: StackFile['settings']): Partial<JudgeInput> => ({ stack: fixtureStack({ settings: { ...fixtureStack().settings, ...overrides } }) });
const processes = (name: string, overrides: Partial<Measurements['processes'][number]>): Partial<JudgeInput> => measured({ processes: fixtureMeasurements().processes.map((row) => (row.process === name ? { ...row, ...overrides } : row)) });
type Arrived = Measurements['arrivals'][number];
const arrivedIn = (phase: string, overrides: Partial<Arrived>): Arrived => ({ phase, started: 1020, dropped: 0, latenessMs: { p50: 1, p99: 12, max: 40 }, journeySeconds: 3.1, ...overrides });
const steadyArrivals = (started: number, dropped: number): Partial<JudgeInput> => measured({ arrivals: [arrivedIn('steady', { started, dropped })] });
const late = (phase: string, p99: number): Arrived => arrivedIn(phase, { latenessMs: { p50: 1, p99, max: p99 } });
const generator = (overrides: Partial<Measurements['generators'][number]>): Partial<JudgeInput> => measured({ generators: fixtureMeasurements().generators.map((row) => ({ ...row, ...overrides })) });
const samples = (overrides: Partial<Measurements['samples']>): Partial<JudgeInput> => measured({ samples: { ...fixtureMeasurements().samples, ...overrides } });
const canary = fixtureMeasurements().faults[0]?.canary as FaultMeasurement['canary'];
const [finding] = fixtureFindings().findings;

const expecting = (expect: Expectation): Plan => fixturePlan({ faults: fixturePlan().faults.map((each) => ({ ...each, expect })) });

/** For every check what makes it fail: one way at least. */
const ways: Record<string, readonly Partial<JudgeInput>[]> = {
  'same-run': [measured({ runId: 'other' }), found({ runId: 'other' }), { stack: fixtureStack({ runId: 'other' }) }],
  'artefacts-whole': [measured({ defects: [{ artefact: 'series.ndjson', problem: 'is cut in line 9' }] }), found({ defects: [{ artefact: 'history.ndjson', problem: 'is missing' }] })],
  'health-probes': [measured({ seconds: fixtureMeasurements().seconds.map((row, index) => (index % 8 === 0 ? { ...row, healthOk: null } : row)) }), measured({ seconds: [] })],
  'resources-seen': [processes('api', { missingSeconds: 9 }), processes('api', { missingSeconds: 5, awaySeconds: 60 }), processes('api', { awaySeconds: 1_000_000 }), processes('k6-0', { missingSeconds: 40 }), measured({ processes: [] })],
  'samples-complete': [{ counted: 17_789 }, { lost: 18 }, { told: null, lost: null }].map(samples),
  'bodies-looked-at': [{ lookedAt: 17_000 }, { lookedAt: 0 }, { lookedAt: null }, { acknowledged: null }].map(samples),
  'one-clock': [measured({ clockStepMs: 101 }), measured({ clockStepMs: null })],
  'objectives-measured': [measured({ counters: [] }), { plan: fixturePlan({ sla: { name: 'none', objectives: [] } }) }],
  'load-to-its-end': [measured({ loadEndMs: (fixtureMeasurements().loadEndMs ?? 0) - 5000 }), measured({ loadEndMs: null })],
  'generators-ended-well': [generator({ exitCode: 107 }), generator({ exitCode: 0, signal: 'SIGKILL' }), generator({ exitCode: null }), measured({ generators: [] })],
  'arrivals-as-planned': [steadyArrivals(930, 0), measured({ arrivals: [] })],
  'arrivals-served': [steadyArrivals(1000, 20)],
  'users-to-spare': [measured({ arrivals: [arrivedIn('steady', { journeySeconds: 14 })] }), measured({ arrivals: [arrivedIn('steady', { journeySeconds: null })] })],
  'arrivals-on-time': [measured({ arrivals: [late('steady', 251)] }), measured({ arrivals: [arrivedIn('steady', {}), late('fault:redis-down', 900)] }), measured({ arrivals: [arrivedIn('steady', { latenessMs: null })] })],
  'generator-cpu': [processes('k6-0', { coresMax: 0.94 }), processes('k6-0', { coresMax: null })],
  'load-in-every-phase': [{ measurements: measurementsWith('recovery', { count: 0 }) }],
  drained: [measured({ drained: false }), measured({ drained: null })],
  'faults-verified': [fault({ verifiedMs: null, verifiedEvidence: null }), measured({ faults: [] })],
  'faults-held': [fault({ undoMs: (fixtureMeasurements().faults[0]?.applyMs ?? 0) + 11_000 }), fault({ undoMs: null })],
  'faults-gone': [fault({ goneMs: null, goneEvidence: null })],
  'canary-before': [fault({ canary: { ...canary, before: { ok: 0, failed: 0 } } }), fault({ canary: { ...canary, before: { ok: 80, failed: 20 } } })],
  'canary-during': [fault({ canary: { ...canary, during: { ok: 10, failed: 47 } } }), fault({ canary: { ...canary, during: { ok: 0, failed: 3 } } }), fault({ canary: { ...canary, during: { ok: 0, failed: 0 } } })],
  'canary-after': [fault({ canary: { ...canary, after: { ok: 0, failed: 0 } } }), fault({ canary: { ...canary, after: { ok: 8, failed: 2 } } })],
  'service-felt-it': [fault({ sign: 0 }), fault({ sign: null })],
  'expectations-read': [fault({ expectations: [{ what: 'health stays up', met: null, saw: 'there was no probe' }] }), { plan: expecting({ health: 'up' }) }],
  audited: [found({ audited: false }), found({ findings: [] }), found({ findings: [{ ...(finding as NonNullable<typeof finding>), status: 'unchecked', why: 'seats.ndjson is missing' }] })],
  'history-complete': [covered({ historyComplete: false })],
  'acknowledged-checked': [covered({ acknowledgedChecked: 9000 }), covered({ acknowledged: 0, acknowledgedChecked: 0 })],
  'seats-sold': [covered({ seatsSold: 199 })],
  'payments-in-fault': [covered({ paymentsInFault: 49 })],
  'durable-settings': [settings({ 'postgres.fsync': 'off' }), settings({ 'kafka.min.insync.replicas': '1' }), { stack: fixtureStack({ settings: {} }) }],
  'servers-stayed-up': [measured({ unplannedExits: [{ process: 'redis', tMs: 0, detail: 'ended by SIGKILL' }] }), measured({ unplannedExits: [{ process: 'k6-0', tMs: 0, detail: 'exit code 109' }] })],
};

describe('a validity check', () => {
  it.each(checks.map(({ id }) => id))('%s that fails makes the run INVALID and is named', (id) => {
    const cases = ways[id] ?? [];
    expect(cases.length).toBeGreaterThan(0);
    for (const overrides of cases) {
      const verdict = judge(input(overrides));
      expect(verdict.validity.filter(({ ok }) => !ok).map((check) => check.id)).toContain(id);
      expect(verdict).toMatchObject({ verdict: 'INVALID', exitCode: 3 });
      const name = checks.find((check) => check.id === id)?.name ?? '';
      expect(verdict.reasons.some((reason) => reason.startsWith(`${name}: no. `))).toBe(true);
    }
  });

  it('has an id of its own and says what to do', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    for (const { fix, name, bound } of checks) expect(`${fix}${name}${bound}`).not.toMatch(/undefined|NaN/);
  });

  it.each(['measurements', 'findings', 'stack'] as const)('%s missing is INVALID, too', (part) => {
    const verdict = judge(input({ [part]: null }));
    expect(verdict.verdict).toBe('INVALID');
    expect(verdict.reasons[0]).toContain(`${part}.json`);
  });

  it('allows k6 a moment to begin and an edge to cut a second', () => {
    expect(judge(input(steadyArrivals(1000, 0))).verdict).toBe('PASS');
  });

  it('blames dropped arrivals on the service when it was too slow in steady, too', () => {
    const arrivals = [arrivedIn('steady', { started: 800, dropped: 220, journeySeconds: 15 })];
    const verdict = judge(input({ measurements: measurementsWith('steady', { count: 6000, bad: 220, polling: 1300, medianMs: 900 }, '*', { arrivals }) }));
    expect(verdict.verdict).toBe('FAIL');
    for (const check of ['arrivals-served', 'users-to-spare']) expect(verdict.validity.find(({ id }) => id === check)?.sentence).toContain('too slow');
  });

  it('asks a machine with more cores for more', () => {
    const large = { ...fixtureStack(), machine: { ...fixtureStack().machine, cores: 8 } };
    expect(judge(input({ ...processes('k6-0', { coresMax: 1.75 }), stack: large })).verdict).toBe('PASS');
  });

  it('does not ask an external target for settings that are not ours to read', () => {
    expect(judge(input({ stack: fixtureStack({ kind: 'external', settings: {} }) })).verdict).toBe('PASS');
  });
});
