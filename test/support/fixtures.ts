import { join } from 'node:path';
import type { Findings } from '../../harness/contracts/findings.ts';
import type { Measurements } from '../../harness/contracts/measurements.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import type { DatasetFile, StackFile } from '../../harness/contracts/stack.ts';
import type { Verdict } from '../../harness/contracts/verdict.ts';
import { loadSla } from '../../harness/plan/sla.ts';
import { judge } from '../../reports/score/judge.ts';
import { endpointRows, fixtureEndpoints } from './fixture-endpoints.ts';
import { fixtureSeconds, fixtureServers } from './fixture-seconds.ts';

/** A realistic run of opening-redis-down that passes: 80 s of load, Redis down from 40 s to 55 s. Every builder takes overrides. */
export const fixtureRunId = '20261121-100000-opening-redis-down-1a2b';
/** 2026-11-21T10:00:00Z */
export const loadStartMs = Date.UTC(2026, 10, 21, 10);
const stamp = { schemaVersion: 1, runId: fixtureRunId };

export function fixturePlan(overrides: Partial<Plan> = {}): Plan {
  const sla = loadSla(join(import.meta.dirname, '../../reports/sla.yaml'));
  return {
    ...stamp,
    gatecrashVersion: '0.1.0',
    experiment: {
      name: 'opening-redis-down',
      file: 'chaos/experiments/opening-redis-down.yaml',
      title: 'Redis goes down in the middle of the opening',
      hypothesis: 'When Redis dies at the height of the rush, buyers still get tokens, seats and receipts, and no seat is sold twice.',
    },
    seed: 7,
    command: 'npx gatecrash run chaos/experiments/opening-redis-down.yaml --rate 34 --seed 7',
    load: {
      script: 'scenarios/spike.ts',
      ratePerSecond: 34,
      warmupMs: 10_000,
      durationMs: 80_000,
      drainMs: 20_000,
      vusMax: 400,
      settings: { schedules: 4, price: 50_000 },
      startPerSecond: 6.8,
      stages: [
        { durationMs: 9000, targetPerSecond: 6.8 },
        { durationMs: 1000, targetPerSecond: 34 },
        { durationMs: 70_000, targetPerSecond: 34 },
      ],
      arrivalsPlanned: 2462,
      generators: [{ index: 0, segment: '0:1', sequence: '0,1' }],
    },
    stack: { replicas: 1, restart: false, heapMb: 512, extras: [] },
    service: { QUEUE_ACTIVE_CAP: '2000', QUEUE_ADMISSION_PER_SECOND: '60' },
    dataset: { schedules: 4, seatsPerSchedule: 1500, priceKrw: 50_000 },
    faults: [
      {
        id: 'redis-down',
        kind: 'redis-down',
        target: 'redis',
        atMs: 40_000,
        durationMs: 15_000,
        promise: 'connections to Redis are refused',
        runbook: 'docs/runbooks/redis-down.md',
        params: {},
        steps: [],
        watch: 'redis-down redis',
        canaryShareMin: 0.9,
        detects: true,
        recovers: true,
        recoverWithinMs: 15_000,
        expect: {},
      },
    ],
    sla: { name: sla.name, objectives: [...sla.objectives] },
    budget: null,
    abortWhen: null,
    detectWithinMs: 15_000,
    recoverWithinMs: 15_000,
    stabilityWindowMs: 5000,
    audit: { seatsSoldMin: 200, paymentsInFaultMin: 50 },
    documentedStatuses: { 'POST /queue/token': [200, 201, 400, 429, 503], 'POST /payments': [201, 202, 400, 404, 409, 429, 503] },
    pollingEndpoints: ['GET /queue/token'],
    ...overrides,
  };
}

export function fixtureMeasurements(overrides: Partial<Measurements> = {}): Measurements {
  const at = (second: number): number => loadStartMs + second * 1000;
  const goneMs = at(56.4);
  return {
    ...stamp,
    loadStartMs,
    loadEndMs: at(80),
    drained: true,
    phases: [
      { id: 'warmup', startMs: at(0), endMs: at(10) },
      { id: 'steady', startMs: at(10), endMs: at(40) },
      { id: 'fault:redis-down', startMs: at(40), endMs: goneMs },
      { id: 'recovery', startMs: goneMs, endMs: at(80) },
      { id: 'drain', startMs: at(80), endMs: at(86) },
      { id: 'whole', startMs: at(10), endMs: at(80) },
    ],
    endpoints: fixtureEndpoints(),
    faults: [
      {
        id: 'redis-down',
        kind: 'redis-down',
        target: 'redis',
        promise: 'connections to Redis are refused',
        runbook: 'docs/runbooks/redis-down.md',
        plannedDurationMs: 15_000,
        applyMs: at(40),
        verifiedMs: at(40.6),
        undoMs: at(55),
        goneMs,
        verifiedEvidence: 'canary failed: connection refused; the service counted 37 failed calls',
        goneEvidence: 'canary answered in 0.8 ms; the service has counted no failed call for 1050 ms',
        lags: null,
        canary: { before: { ok: 160, failed: 0 }, during: { ok: 0, failed: 57 }, after: { ok: 94, failed: 0 } },
        sign: 1834,
        expectations: [],
        signWhat: 'failed calls to redis, counted by the service',
        detection: { seconds: 0.42, censored: false },
        recovery: { seconds: 1, censored: false },
      },
    ],
    seconds: fixtureSeconds(loadStartMs),
    samples: { counted: 17_790, told: 17_790, lost: 0, acknowledged: 17_700, lookedAt: 17_700 },
    looks: (['health', 'redis'] as const).flatMap((of) => [
      { of, phase: 'steady', ok: 60, failed: 0 },
      { of, phase: 'fault:redis-down', ok: 2, failed: 30 },
      { of, phase: 'recovery', ok: 48, failed: 0 },
      { of, phase: 'whole', ok: 110, failed: 30 },
    ]),
    servers: fixtureServers(loadStartMs),
    arrivals: [
      { phase: 'warmup', started: 82, dropped: 0, latenessMs: { p50: 1.2, p99: 14.5, max: 61 }, journeySeconds: 3.4 },
      { phase: 'steady', started: 1020, dropped: 0, latenessMs: { p50: 1.2, p99: 14.5, max: 61 }, journeySeconds: 3.4 },
      { phase: 'fault:redis-down', started: 558, dropped: 0, latenessMs: { p50: 1.2, p99: 14.5, max: 61 }, journeySeconds: 3.4 },
      { phase: 'recovery', started: 802, dropped: 0, latenessMs: { p50: 1.2, p99: 14.5, max: 61 }, journeySeconds: 3.4 },
      { phase: 'whole', started: 2380, dropped: 0, latenessMs: { p50: 1.2, p99: 14.5, max: 61 }, journeySeconds: 3.4 },
    ],
    generators: [{ index: 0, exitCode: 0, signal: null, firstSecond: loadStartMs / 1000, lastSecond: loadStartMs / 1000 + 84, silentSeconds: 0 }],
    processes: [
      { process: 'api', cpuSeconds: 41.2, cpuShare: 0.36, coresMax: 0.64, memoryBytesMax: 182_000_000, missingSeconds: 0, awaySeconds: 0 },
      { process: 'postgres', cpuSeconds: 28.1, cpuShare: 0.246, coresMax: 0.44, memoryBytesMax: 311_000_000, missingSeconds: 0, awaySeconds: 0 },
      { process: 'k6-0', cpuSeconds: 24.6, cpuShare: 0.215, coresMax: 0.38, memoryBytesMax: 214_000_000, missingSeconds: 1, awaySeconds: 0 },
      { process: 'harness', cpuSeconds: 7.9, cpuShare: 0.069, coresMax: 0.12, memoryBytesMax: 131_000_000, missingSeconds: 0, awaySeconds: 0 },
      { process: 'broker-1', cpuSeconds: 3.4, cpuShare: 0.03, coresMax: 0.05, memoryBytesMax: 281_000_000, missingSeconds: 0, awaySeconds: 0 },
      { process: 'broker-2', cpuSeconds: 3.1, cpuShare: 0.027, coresMax: 0.05, memoryBytesMax: 279_000_000, missingSeconds: 0, awaySeconds: 0 },
      { process: 'broker-3', cpuSeconds: 3.2, cpuShare: 0.028, coresMax: 0.05, memoryBytesMax: 280_000_000, missingSeconds: 0, awaySeconds: 0 },
      { process: 'toxiproxy', cpuSeconds: 1.9, cpuShare: 0.017, coresMax: 0.03, memoryBytesMax: 21_000_000, missingSeconds: 0, awaySeconds: 0 },
      { process: 'redis', cpuSeconds: 0.9, cpuShare: 0.008, coresMax: 0.01, memoryBytesMax: 12_000_000, missingSeconds: 0, awaySeconds: 0 },
      { process: 'machine', cpuSeconds: 121.4, cpuShare: null, coresMax: 1.9, memoryBytesMax: null, missingSeconds: 0, awaySeconds: 0 },
    ],
    counters: [
      { phase: 'steady', name: 'distributed_lock_attempts_total', growth: 1130 },
      { phase: 'steady', name: 'distributed_lock_acquisition_failed_total{reason="error"}', growth: 0 },
      { phase: 'fault:redis-down', name: 'dependency_errors_total{dependency="redis"}', growth: 1834 },
    ],
    trends: (['steady', 'whole'] as const).flatMap((phase) => [
      { phase, process: 'api', what: 'memoryMiB' as const, lows: Array.from({ length: 15 }, (_none, slot) => ({ second: Math.floor(at(10) / 1000) + slot * 2, value: 50 + ((slot * 7) % 5) })) },
      { phase, process: 'api', what: 'descriptors' as const, lows: Array.from({ length: 15 }, (_none, slot) => ({ second: Math.floor(at(10) / 1000) + slot * 2, value: 320 })) },
    ]),
    clockStepMs: 0.4,
    unplannedExits: [],
    aborted: null,
    defects: [],
    ...overrides,
  };
}

export function fixtureFindings(overrides: Partial<Findings> = {}): Findings {
  const held = (id: string, title: string, scope: 'ledger' | 'history', checked: number): Findings['findings'][number] => ({
    id,
    title,
    scope,
    status: 'held',
    checked,
    violations: 0,
    first: null,
    worst: null,
    last: null,
  });
  return {
    ...stamp,
    audited: true,
    findings: [
      held('seat-sold-twice', 'No seat has two owners', 'ledger', 2214),
      held('confirmed-paid-once', 'Every confirmed reservation is paid exactly once, by the same user, with the same amount', 'ledger', 2214),
      held('money-conserved', 'Money is neither made nor lost', 'ledger', 9300),
      held('payment-delivered', 'Every committed payment is at the data platform exactly once', 'ledger', 2214),
      held('acknowledged-exists', 'Everything that was acknowledged exists', 'history', 9310),
      held('unknown-at-most-once', 'What the client does not know the outcome of happened at most once', 'history', 3),
    ],
    coverage: {
      acknowledged: 9310,
      acknowledgedChecked: 9310,
      unknown: 3,
      historyComplete: true,
      seatsSold: 2214,
      payments: 2214,
      paymentsInFault: 498,
      paymentsDelivered: 2214,
      doubleSales: 0,
    },
    defects: [],
    ...overrides,
  };
}

export function fixtureStack(overrides: Partial<StackFile> = {}): StackFile {
  return {
    ...stamp,
    kind: 'native',
    machine: { os: 'Linux 6.12 x64', cpuModel: 'Example CPU at 2.60 GHz', cores: 2, memoryBytes: 8_000_000_000 },
    components: [
      { name: 'toxiproxy', version: '2.12.0', pid: 4101, directPort: 11_474, readyMs: 60 },
      { name: 'postgres', version: '18.4', pid: 4102, directPort: 15_432, proxyPort: 15_433, readyMs: 900 },
      { name: 'redis', version: '7.0.15', pid: 4103, directPort: 16_379, proxyPort: 16_380, readyMs: 40 },
      { name: 'broker-1', version: '4.3.1', pid: 4104, directPort: 19_092, proxyPort: 19_093, readyMs: 6100 },
      { name: 'broker-2', version: '4.3.1', pid: 4105, directPort: 19_192, proxyPort: 19_193, readyMs: 6200 },
      { name: 'broker-3', version: '4.3.1', pid: 4106, directPort: 19_292, proxyPort: 19_293, readyMs: 6300 },
      { name: 'gateway', version: '0.1.0', pid: 4107, directPort: 13_100, readyMs: 210 },
      { name: 'api', version: '0.1.0', pid: 4108, directPort: 13_000, proxyPort: 13_001, readyMs: 820 },
      { name: 'k6', version: '2.2.0' },
    ],
    settings: {
      'postgres.fsync': 'on',
      'postgres.synchronous_commit': 'on',
      'postgres.full_page_writes': 'on',
      'kafka.replication.factor': '3',
      'kafka.min.insync.replicas': '2',
    },
    ...overrides,
  };
}

export function fixtureDataset(overrides: Partial<DatasetFile> = {}): DatasetFile {
  const schedules = ['schedule_1', 'schedule_2', 'schedule_3', 'schedule_4'];
  return { ...stamp, database: 'run_1a2b', topicPrefix: 'run-1a2b-', schedules, seats: 6000, priceKrw: 50_000, ...overrides };
}

/** The verdict the judge gives on the fixtures, with some of them replaced. */
export function fixtureVerdict(
  parts: { plan?: Plan; measurements?: Measurements | null; findings?: Findings | null; stack?: StackFile | null } = {},
): Verdict {
  const { plan = fixturePlan(), measurements = fixtureMeasurements(), findings = fixtureFindings(), stack = fixtureStack() } = parts;
  return judge({ plan, measurements, findings, stack });
}

/** The passing run with other numbers in one phase, for one endpoint or all ("*"). */
export function measurementsWith(phase: string, change: Parameters<typeof endpointRows>[2], endpoint = '*', overrides: Partial<Measurements> = {}): Measurements {
  const measurements = fixtureMeasurements(overrides);
  const changed = measurements.endpoints.map((row) => (row.phase === phase && row.endpoint === endpoint ? endpointRows(phase, endpoint, change) : row));
  return { ...measurements, endpoints: changed };
}
