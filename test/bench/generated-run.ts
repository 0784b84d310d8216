import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryLine } from '../../harness/contracts/history.ts';
import type { LedgerName, LedgerRow } from '../../harness/contracts/ledger.ts';
import { ledgerNames } from '../../harness/contracts/ledger.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import { NdjsonWriter } from '../../harness/store/ndjson.ts';
import { LatencyCounts } from '../../reports/stats/histogram.ts';
import { fixtureDataset, fixturePlan, fixtureRunId, fixtureStack, loadStartMs } from '../support/fixtures.ts';
import { seeded } from '../support/seeded.ts';

const PRICE = 50_000;
const endpoints = ['GET /concerts/:id/schedules', 'GET /concerts/schedules/:id/seats', 'GET /queue/token', 'POST /payments', 'POST /points/charge', 'POST /queue/token', 'POST /reservations'];
const WARMUP_SECONDS = 10;
/** After the load: the last requests are answered, the outbox drains. */
const DRAIN_SECONDS = 6;
/** Virtual users, who take turns as buyers. */
const VUS = 400;
/** Distinct histograms of a second; more would only make writing slower. */
const SHAPES = 40;

export interface GeneratedRun {
  readonly requests: number;
  /** operations that change something: four a buyer (place, charge, reservation, payment) */
  readonly operations: number;
  readonly seconds: number;
}

/** Writes the folder of a run that passes, of any size, without any fault in it: what `npm run bench:judge` measures on. Memory is bounded. */
export function writeGeneratedRun(dir: string, { requests, operations, seconds }: GeneratedRun): void {
  const buyers = Math.floor(operations / 4);
  const json = (file: string, value: unknown): void => writeFileSync(join(dir, file), JSON.stringify(value));
  json('plan.json', planOf(buyers, seconds));
  json('stack.json', fixtureStack());
  json('dataset.json', fixtureDataset());
  writeLoad(dir, requests, buyers, seconds);
  writeBuyers(dir, buyers, seconds);
}

function planOf(buyers: number, seconds: number): Plan {
  const ratePerSecond = buyers / seconds;
  const plan = fixturePlan({ faults: [], service: { QUEUE_ACTIVE_CAP: '10000000', QUEUE_ADMISSION_PER_SECOND: String(Math.ceil(ratePerSecond) + 1) } });
  return {
    ...plan,
    load: { ...plan.load, ratePerSecond, warmupMs: WARMUP_SECONDS * 1000, durationMs: seconds * 1000, startPerSecond: ratePerSecond, stages: [{ durationMs: seconds * 1000, targetPerSecond: ratePerSecond }], arrivalsPlanned: buyers },
    audit: { seatsSoldMin: 1, paymentsInFaultMin: 0 },
  };
}

const open = (dir: string, artefact: string): NdjsonWriter<unknown> => new NdjsonWriter(join(dir, `${artefact}.ndjson`), artefact, fixtureRunId);

function writeLoad(dir: string, requests: number, buyers: number, seconds: number): void {
  const [timeline, series, resources] = [open(dir, 'timeline'), open(dir, 'series'), open(dir, 'resources')];
  const perRow = Math.round(requests / seconds / endpoints.length);
  const shapes = histograms(perRow);
  timeline.write({ tMs: loadStartMs, event: 'load-start', plannedMs: seconds * 1000 });
  for (let t = 0; t < seconds + DRAIN_SECONDS; t++) {
    const [second, tMs] = [loadStartMs / 1000 + t, loadStartMs + t * 1000];
    for (const half of [0, 500]) timeline.write({ tMs: tMs + half, event: 'health', ok: true, status: 200, latencyMs: 3, state: 'READY' });
    resources.write({ second, process: 'api', cpuSeconds: 0.5 * t, memoryBytes: 2e8, gauges: { distributed_lock_attempts_total: 30 * t, 'distributed_lock_acquisition_failed_total{reason="timeout"}': 0 } });
    resources.write({ second, process: 'k6-0', cpuSeconds: 0.25 * t, memoryBytes: 2e8 });
    resources.write({ second, process: 'machine', cpuSeconds: t, gauges: { clock_ahead_ms: 0 } });
    if (t >= seconds) continue;
    for (const [index, endpoint] of endpoints.entries()) series.write({ second, generator: 0, endpoint, class: '2xx', faults: [], count: perRow, histogram: shapes[(t * endpoints.length + index) % SHAPES] });
    series.write({ second, generator: 0, endpoint: '(arrival)', class: '2xx', faults: [], count: Math.ceil(buyers / seconds) });
  }
  timeline.write({ tMs: loadStartMs + seconds * 1000, event: 'load-end' });
  timeline.write({ tMs: loadStartMs + (seconds + 1) * 1000, event: 'generator-exit', generator: 0, code: 0, planned: true });
  timeline.write({ tMs: loadStartMs + (seconds + 1) * 1000, event: 'samples', requests: perRow * endpoints.length * seconds, lost: 0 });
  timeline.write({ tMs: loadStartMs + (seconds + DRAIN_SECONDS) * 1000, event: 'drain-end', drained: true, detail: 'outbox empty' });
  for (const writer of [timeline, series, resources]) writer.close();
}

/** Log-normal about 10 ms, each about a level of its own. */
function histograms(count: number): string[] {
  const random = seeded(1);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: SHAPES }, () => {
    const level = 0.2 * normal();
    const latencies = new LatencyCounts();
    for (let i = 0; i < count; i++) latencies.add(Math.round(10_000 * Math.exp(level + 0.6 * normal())), 1);
    return latencies.encode();
  });
}

/** One buyer after the other, evenly over the load; ids sort as they are made. Each has one operation of each kind, acknowledged. */
function writeBuyers(dir: string, buyers: number, seconds: number): void {
  mkdirSync(join(dir, 'ledger'));
  const writers = Object.fromEntries(ledgerNames.map((name) => [name, open(dir, `ledger/${name}`)])) as Record<LedgerName, NdjsonWriter<unknown>>;
  const put = <N extends LedgerName>(name: N, row: LedgerRow<N>): void => writers[name].write(row);
  const history = open(dir, 'history');
  const say = (id: string, tMs: number, asked: Partial<HistoryLine>, told: Partial<HistoryLine>): void => {
    history.write({ e: 'invoke', id, tMs, ...asked });
    history.write({ e: 'complete', id, outcome: 'ok', status: 201, tMs: tMs + 20, ...told });
  };
  for (let n = 1; n <= buyers; n++) {
    const number = String(n).padStart(8, '0');
    const [user, charge, reservation, payment, event] = ['u', 'c', 'r', 'p', 'e'].map((kind) => kind + number) as [string, string, string, string, string];
    const startMs = loadStartMs + Math.floor(((n - 1) / buyers) * seconds * 1000);
    const createdMs = startMs + 3000;
    put('places', { scope: 'all', seq: n, user, issuedMs: startMs, admittedMs: startMs + 1000, expiresMs: startMs + 301_000, doneMs: createdMs });
    put('charges', { charge, user, amount: PRICE, status: 'SUCCESS', key: 'charge' });
    put('gateway', { charge, amount: PRICE, status: 'APPROVED' });
    put('wallets', { user, balance: 0 });
    put('seats', { schedule: 's1', seat: n, price: PRICE, status: 'SOLD', reservation, fence: 1, holdUntilMs: null });
    put('reservations', { reservation, user, schedule: 's1', seat: n, price: PRICE, status: 'CONFIRMED', fence: 1, holdUntilMs: startMs + 302_000, createdMs: startMs + 2000 });
    put('payments', { payment, reservation, user, amount: PRICE, method: 'POINT', status: 'SUCCESS', createdMs });
    put('outbox', { event, topic: 'payment-events', aggregate: reservation, type: 'payment.completed', payment, createdMs, publishedMs: createdMs + 50 });
    put('broker', { event, type: 'payment.completed', topic: 'payment-events', partition: n % 3, offset: n, payment, amount: PRICE });
    put('platform', { payment, event, reservation, amount: PRICE });
    put('transfers', { transfer: `t${number}a`, debit: 'sys:gateway', credit: `user:${user}`, amount: PRICE, kind: 'CHARGE', ref: charge, balanceAfter: PRICE, createdMs: startMs + 1500 });
    put('transfers', { transfer: `t${number}b`, debit: `user:${user}`, credit: 'sys:revenue', amount: PRICE, kind: 'USE', ref: payment, balanceAfter: 0, createdMs });
    for (const op of ['charge', 'pay', 'reserve']) put('keys', { user, key: op, op, status: 201, createdMs });
    const [vu, before] = [(n - 1) % VUS, 4 * Math.floor((n - 1) / VUS)];
    say(`0-${vu}-${before + 1}`, startMs, { op: 'token', user }, { seq: n });
    say(`0-${vu}-${before + 2}`, startMs + 1480, { op: 'charge', user, key: 'charge', amount: PRICE }, { charge });
    say(`0-${vu}-${before + 3}`, startMs + 1980, { op: 'reserve', user, key: 'reserve', schedule: 's1', seat: n }, { reservation });
    say(`0-${vu}-${before + 4}`, startMs + 2980, { op: 'pay', user, key: 'pay', reservation, amount: PRICE }, { payment });
  }
  put('snapshot', { takenMs: loadStartMs + (seconds + DRAIN_SECONDS) * 1000 });
  for (const writer of [...Object.values(writers), history]) writer.close();
}
