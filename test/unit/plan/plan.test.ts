import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Value } from 'typebox/value';
import { Plan } from '../../../harness/contracts/plan.ts';
import { loadExperiment } from '../../../harness/plan/experiment.ts';
import { arrivalProfile, newRunId, planRun } from '../../../harness/plan/plan.ts';

const loaded = loadExperiment(join(resolve(import.meta.dirname, '../../..'), 'chaos/experiments/opening-redis-down.yaml'));
const options = { runId: 'run', seed: 7, documentedStatuses: {}, pollingEndpoints: [] };

test('a plan has the shape of plan.json and is the same each time', () => {
  expect([...Value.Errors(Plan, planRun(loaded, options))]).toEqual([]);
  expect(planRun(loaded, options)).toEqual(planRun(loaded, options));
});

test('a higher rate sets aside more virtual users and appears in the command', () => {
  const plan = planRun(loaded, { ...options, ratePerSecond: 68 });
  expect(plan.load.vusMax).toBe(loaded.experiment.load.vusMax * 2);
  expect(plan.command).toMatch(/--rate 68 --seed 7$/);
});

test('what the load needs of the service is among the settings that differ, and an experiment has the last word', () => {
  expect(planRun(loaded, options).service).toMatchObject({ AUTH_MODE: 'trust', ALLOW_INSECURE: 'true', RATE_LIMITS: 'off', QUEUE_ACTIVE_CAP: '2000' });
  const limited = { ...loaded, experiment: { ...loaded.experiment, service: { RATE_LIMITS: 'on' } } };
  expect(planRun(limited, options).service['RATE_LIMITS']).toBe('on');
});

test('one process is the default; an experiment may have replicas', () => {
  expect(planRun(loaded, options).stack).toEqual({ replicas: 1, restart: false, heapMb: 512, extras: [] });
  const replicated = { ...loaded, experiment: { ...loaded.experiment, stack: { replicas: 2 } } };
  expect(planRun(replicated, options).stack).toEqual({ replicas: 2, restart: false, heapMb: 512, extras: [] });
});

test('the arrivals planned are the area under the profile', () => {
  const profile = arrivalProfile(10, 5000, 15_000);
  expect(profile.stages.map(({ durationMs }) => durationMs)).toEqual([4000, 1000, 10_000]);
  expect(profile.arrivalsPlanned).toBe(Math.round(4 * 2 + (2 + 10) / 2 + 100));
});

test('a surge is in the profile and in the arrivals planned', () => {
  const profile = arrivalProfile(10, 5000, 30_000, { atMs: 15_000, durationMs: 6000, factor: 10 });
  expect(profile.stages).toEqual([
    { durationMs: 4000, targetPerSecond: 2 },
    { durationMs: 1000, targetPerSecond: 10 },
    { durationMs: 10_000, targetPerSecond: 10 },
    { durationMs: 1000, targetPerSecond: 100 },
    { durationMs: 4000, targetPerSecond: 100 },
    { durationMs: 1000, targetPerSecond: 10 },
    { durationMs: 9000, targetPerSecond: 10 },
  ]);
  expect(profile.arrivalsPlanned).toBe(4 * 2 + 6 + 100 + 55 + 400 + 55 + 90);
});

test('a run id sorts by time and names the experiment', () => {
  expect(newRunId('smoke', new Date('2026-11-21T01:02:03Z'))).toMatch(/^20261121-010203-smoke-[0-9a-f]{4}$/);
});
