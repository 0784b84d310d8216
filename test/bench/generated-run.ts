import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryLine } from '../../harness/contracts/history.ts';
import type { LedgerName, LedgerRow } from '../../harness/contracts/ledger.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import { NdjsonWriter } from '../../harness/store/ndjson.ts';
import { LatencyCounts } from '../../reports/stats/histogram.ts';
import { fixtureDataset, fixturePlan, fixtureRunId, fixtureStack, loadStartMs } from '../support/fixtures.ts';
import { seeded } from '../support/seeded.ts';
import { Shuffle } from './shuffle.ts';

const PRICE = 50_000;
const endpoints = ['GET /concerts/:id/schedules', 'GET /concerts/schedules/:id/seats', 'GET /queue/token', 'POST /payments', 'POST /points/charge', 'POST /queue/token', 'POST /reservations'];
const WARMUP_SECONDS = 10;
/** After the load: the last requests are answered, the outbox drains. */
const DRAIN_SECONDS = 6;
/** What a plan promises to the audit of what users saw. */
const looks = { ownReadShare: 0.2, seatReadShare: 0.1 };
const SEATS_A_SCHEDULE = 1500;
/** Seats of which a look at the map tells. */
const SEATS_SHOWN = 1024;
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
    load: { ...plan.load, settings: looks, ratePerSecond, warmupMs: WARMUP_SECONDS * 1000, durationMs: seconds * 1000, startPerSecond: ratePerSecond, stages: [{ durationMs: seconds * 1000, targetPerSecond: ratePerSecond }], arrivalsPlanned: buyers },
    audit: { seatsSoldMin: 1, paymentsInFaultMin: 0 },
  };
}

const open = (dir: string, artefact: string): NdjsonWriter<unknown> => new NdjsonWriter(join(dir, `${artefact}.ndjson`), artefact, fixtureRunId);

function writeLoad(dir: string, requests: number, buyers: number, seconds: number): void {
  const [timeline, series, resources] = [open(dir, 'timeline'), open(dir, 'series'), open(dir, 'resources')];
  const perRow = Math.round(requests / seconds / endpoints.length);
  const shapes = histograms(perRow);
  const arriving = Math.ceil(buyers / seconds);
  const onTime = everybody(arriving);
  timeline.write({ tMs: loadStartMs, event: 'load-start', plannedMs: seconds * 1000 });
  for (let t = 0; t < seconds + DRAIN_SECONDS; t++) {
    const [second, tMs] = [loadStartMs / 1000 + t, loadStartMs + t * 1000];
    for (const half of [0, 500]) timeline.write({ tMs: tMs + half, event: 'health', ok: true, status: 200, latencyMs: 3, state: 'READY' });
    resources.write({ second, process: 'api', cpuSeconds: 0.5 * t, memoryBytes: 2e8, gauges: { distributed_lock_attempts_total: 30 * t, 'distributed_lock_acquisition_failed_total{reason="timeout"}': 0 } });
    resources.write({ second, process: 'k6-0', cpuSeconds: 0.25 * t, memoryBytes: 2e8 });
    resources.write({ second, process: 'machine', cpuSeconds: t, gauges: { clock_ahead_ms: 0 } });
    if (t >= seconds) continue;
    for (const [index, endpoint] of endpoints.entries()) series.write({ second, generator: 0, endpoint, class: '2xx', faults: [], count: perRow, histogram: shapes[(t * endpoints.length + index) % SHAPES] });
    series.write({ second, generator: 0, endpoint: '(arrival)', class: '2xx', faults: [], count: arriving, lateness: onTime, journeys: { ended: arriving, ms: 3000 * arriving } });
  }
  timeline.write({ tMs: loadStartMs + seconds * 1000, event: 'load-end' });
  timeline.write({ tMs: loadStartMs + (seconds + 1) * 1000, event: 'generator-exit', generator: 0, code: 0, planned: true });
  timeline.write({ tMs: loadStartMs + (seconds + 1) * 1000, event: 'samples', requests: perRow * endpoints.length * seconds, lost: 0, acknowledged: perRow * endpoints.length * seconds, lookedAt: perRow * endpoints.length * seconds });
  timeline.write({ tMs: loadStartMs + (seconds + DRAIN_SECONDS) * 1000, event: 'drain-end', drained: true, detail: 'outbox empty' });
  for (const writer of [timeline, series, resources]) writer.close();
}

/** Two milliseconds late, all of them. */
function everybody(count: number): string {
  const latencies = new LatencyCounts();
  latencies.add(2000, count);
  return latencies.encode();
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

/**
 * Buyers evenly over the load, each with one operation of each kind, acknowledged. Users, seats and ids are in orders of
 * their own, as random ids are: no two files of the ledger come in the same order, and none in that of the history.
 */
function writeBuyers(dir: string, buyers: number, seconds: number): void {
  mkdirSync(join(dir, 'ledger'));
  const [users, seats, charges, reservations, payments, events] = [0.618, 0.414, 0.732, 0.236, 0.857, 0.302].map((step) => new Shuffle(buyers, step)) as [Shuffle, Shuffle, Shuffle, Shuffle, Shuffle, Shuffle];
  const transfers = new Shuffle(2 * buyers, 0.571);
  const startMs = (n: number): number => loadStartMs + Math.floor((n / buyers) * seconds * 1000);
  const paidMs = (n: number): number => startMs(n) + 3000;
  const user = (n: number): string => `u${String(users.rankOf(n)).padStart(8, '0')}`;
  const schedule = (n: number): string => `s${String(Math.floor(seats.rankOf(n) / SEATS_A_SCHEDULE)).padStart(5, '0')}`;
  const seat = (n: number): number => (seats.rankOf(n) % SEATS_A_SCHEDULE) + 1;
  const charge = (n: number): string => charges.idOf(n);
  const reservation = (n: number): string => reservations.idOf(n);
  const payment = (n: number): string => payments.idOf(n);
  const event = (n: number): string => events.idOf(n);
  const inTime = { at: (rank: number): number => rank };

  /** A ledger file in the order of its key: what the buyer at each rank has in it. */
  function write<N extends LedgerName>(name: N, order: Pick<Shuffle, 'at'>, rowsOf: (n: number) => readonly LedgerRow<N>[], count = buyers): void {
    const writer = open(dir, `ledger/${name}`);
    for (let rank = 0; rank < count; rank++) for (const row of rowsOf(order.at(rank))) writer.write(row);
    writer.close();
  }
  write('places', inTime, (n) => [{ scope: 'all', seq: n + 1, user: user(n), issuedMs: startMs(n), admittedMs: startMs(n) + 1000, expiresMs: startMs(n) + 301_000, doneMs: paidMs(n) }]);
  write('charges', charges, (n) => [{ charge: charge(n), user: user(n), amount: PRICE, status: 'SUCCESS', key: 'charge' }]);
  write('gateway', charges, (n) => [{ charge: charge(n), amount: PRICE, status: 'APPROVED' }]);
  write('wallets', users, (n) => [{ user: user(n), balance: 0 }]);
  write('seats', seats, (n) => [{ schedule: schedule(n), seat: seat(n), price: PRICE, status: 'SOLD', reservation: reservation(n), fence: 1, holdUntilMs: null }]);
  write('reservations', reservations, (n) => [{ reservation: reservation(n), user: user(n), schedule: schedule(n), seat: seat(n), price: PRICE, status: 'CONFIRMED', fence: 1, holdUntilMs: startMs(n) + 302_000, createdMs: startMs(n) + 2000 }]);
  write('payments', payments, (n) => [{ payment: payment(n), reservation: reservation(n), user: user(n), amount: PRICE, method: 'POINT', status: 'SUCCESS', createdMs: paidMs(n) }]);
  write('outbox', events, (n) => [{ event: event(n), topic: 'payment-events', aggregate: reservation(n), type: 'payment.completed', payment: payment(n), createdMs: paidMs(n), publishedMs: paidMs(n) + 50 }]);
  write('broker', events, (n) => [{ event: event(n), type: 'payment.completed', topic: 'payment-events', partition: n % 3, offset: n, payment: payment(n), amount: PRICE }]);
  write('platform', payments, (n) => [{ payment: payment(n), event: event(n), reservation: reservation(n), amount: PRICE }]);
  write('keys', users, (n) => ['charge', 'pay', 'reserve'].map((op) => ({ user: user(n), key: op, op, status: 201, createdMs: paidMs(n) })));
  write('transfers', transfers, (two) => [transfer(two >> 1, two)], 2 * buyers);
  for (const name of ['refunds', 'gatewayRefunds', 'deadLetters'] as const) write(name, inTime, () => [], 0);
  write('snapshot', inTime, () => [{ takenMs: loadStartMs + (seconds + DRAIN_SECONDS) * 1000 }], 1);

  /** The even one of a buyer bought the points, the odd one spent them. */
  function transfer(n: number, two: number): LedgerRow<'transfers'> {
    const [account, id] = [`user:${user(n)}`, transfers.idOf(two)];
    if (two % 2 === 0) return { transfer: id, debit: 'sys:gateway', credit: account, amount: PRICE, kind: 'CHARGE', ref: charge(n), balanceAfter: PRICE, createdMs: startMs(n) + 1500 };
    return { transfer: id, debit: account, credit: 'sys:revenue', amount: PRICE, kind: 'USE', ref: payment(n), balanceAfter: 0, createdMs: paidMs(n) };
  }

  const history = open(dir, 'history');
  const say = (id: string, tMs: number, asked: Partial<HistoryLine>, told: Partial<HistoryLine>): void => {
    history.write({ e: 'invoke', id, tMs, ...asked });
    history.write({ e: 'complete', id, outcome: 'ok', status: 201, tMs: tMs + 20, ...told });
  };
  const numbers = new Uint32Array(VUS);
  const free = new FreeSeats();
  for (let n = 0; n < buyers; n++) {
    const vu = n % VUS;
    const next = (): string => `0-${vu}-${(numbers[vu] = (numbers[vu] ?? 0) + 1)}`;
    const look = (fromMs: number, saw: Partial<HistoryLine>): void => history.write({ e: 'look', id: next(), user: user(n), ...saw, fromMs, tMs: fromMs + 20 });
    say(next(), startMs(n), { op: 'token', user: user(n) }, { seq: n + 1 });
    if (n % 10 === 0) look(startMs(n) + 1200, { of: 'seats', schedule: schedule(n), first: 1, free: free.in(schedule(n)) });
    say(next(), startMs(n) + 1480, { op: 'charge', user: user(n), key: 'charge', amount: PRICE }, { charge: charge(n) });
    say(next(), startMs(n) + 1980, { op: 'reserve', user: user(n), key: 'reserve', schedule: schedule(n), seat: seat(n) }, { reservation: reservation(n) });
    free.take(schedule(n), seat(n));
    if (n % 5 === 0) look(startMs(n) + 2100, { of: 'reservation', reservation: reservation(n), saw: 'HELD' });
    say(next(), startMs(n) + 2980, { op: 'pay', user: user(n), key: 'pay', reservation: reservation(n), amount: PRICE }, { payment: payment(n) });
    if (n % 5 === 0) look(startMs(n) + 3100, { of: 'reservation', reservation: reservation(n), saw: 'CONFIRMED' });
  }
  history.close();
}

/** Which seats of each schedule nobody has taken yet, four a digit. */
class FreeSeats {
  readonly #digits = new Map<string, number[]>();

  in(schedule: string): string {
    return this.#of(schedule).map((digit) => digit.toString(16)).join('');
  }

  take(schedule: string, seat: number): void {
    const digits = this.#of(schedule);
    const digit = (seat - 1) >> 2;
    if (seat <= SEATS_SHOWN) digits[digit] = (digits[digit] ?? 0) & ~(8 >> ((seat - 1) & 3));
  }

  #of(schedule: string): number[] {
    const digits = this.#digits.get(schedule) ?? Array.from({ length: SEATS_SHOWN / 4 }, () => 15);
    this.#digits.set(schedule, digits);
    return digits;
  }
}
