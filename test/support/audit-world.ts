import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit } from '../../harness/audit/audit.ts';
import { compareText, keyOf, sortable } from '../../harness/audit/compare.ts';
import type { Finding, Findings } from '../../harness/contracts/findings.ts';
import type { HistoryLine } from '../../harness/contracts/history.ts';
import { type LedgerName, type LedgerRow, ledgerNames } from '../../harness/contracts/ledger.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import type { TimelineEvent } from '../../harness/contracts/timeline.ts';
import { NdjsonWriter } from '../../harness/store/ndjson.ts';
import { fixturePlan, fixtureRunId, loadStartMs } from './fixtures.ts';

export type Ledger = { [N in LedgerName]: LedgerRow<N>[] };

/** What a run leaves behind for the audit, before it is written to its folder. */
export interface World {
  readonly ledger: Ledger;
  readonly history: HistoryLine[];
  readonly timeline: TimelineEvent[];
}

export const PRICE = 50_000;
export const at = (second: number): number => loadStartMs + second * 1000;

export function emptyWorld(): World {
  const ledger = Object.fromEntries(ledgerNames.map((name) => [name, []])) as unknown as Ledger;
  ledger.snapshot.push({ takenMs: at(200) });
  return { ledger, history: [], timeline: [{ event: 'load-start', tMs: at(0), plannedMs: 80_000 }] };
}

/** Ids as the service makes them: `id('p', 3)` is the payment of the third user. */
export const id = (kind: string, number: number): string => `${kind}-${String(number).padStart(6, '0')}`;

export function addSeat({ ledger }: World, seat: number): LedgerRow<'seats'> {
  const row: LedgerRow<'seats'> = { schedule: 's1', seat, price: PRICE, status: 'AVAILABLE', reservation: null, fence: 0, holdUntilMs: null };
  ledger.seats.push(row);
  return row;
}

/** A user in the queue, admitted two seconds later, with `PRICE` points. */
export function addUser(world: World, n: number, startMs: number): string {
  const { ledger } = world;
  const user = `u${n}`;
  ledger.places.push({ scope: 'all', seq: n, user, issuedMs: startMs, admittedMs: startMs + 2000, expiresMs: startMs + 302_000, doneMs: null });
  ledger.charges.push({ charge: id('c', n), user, amount: PRICE, status: 'SUCCESS', key: `${user}-charge` });
  ledger.gateway.push({ charge: id('c', n), amount: PRICE, status: 'APPROVED' });
  ledger.transfers.push({ transfer: id('tc', n), debit: 'sys:gateway', credit: `user:${user}`, amount: PRICE, kind: 'CHARGE', ref: id('c', n), balanceAfter: PRICE, createdMs: startMs + 3000 });
  ledger.wallets.push({ user, balance: PRICE });
  ledger.keys.push({ user, key: `${user}-charge`, op: 'charge', status: 201, createdMs: startMs + 3000 });
  return user;
}

/** The user's reservation of a seat, confirmed or run out. */
export function addReservation({ ledger }: World, n: number, seat: LedgerRow<'seats'>, status: 'CONFIRMED' | 'EXPIRED', createdMs: number): LedgerRow<'reservations'> {
  seat.fence++;
  const row: LedgerRow<'reservations'> = { reservation: id('r', n), user: `u${n}`, schedule: seat.schedule, seat: seat.seat, price: PRICE, status, fence: seat.fence, holdUntilMs: createdMs + 30_000, createdMs };
  ledger.reservations.push(row);
  ledger.keys.push({ user: row.user, key: `${row.user}-reserve`, op: 'reserve', status: 201, createdMs });
  if (status === 'CONFIRMED') Object.assign(seat, { status: 'SOLD', reservation: row.reservation });
  return row;
}

/** The user's payment, with all it leads to. */
export function addPayment({ ledger }: World, n: number, reservation: string, createdMs: number): void {
  const payment = id('p', n);
  const user = `u${n}`;
  ledger.payments.push({ payment, reservation, user, amount: PRICE, method: 'POINT', status: 'SUCCESS', createdMs });
  ledger.transfers.push({ transfer: id('tu', n), debit: `user:${user}`, credit: 'sys:revenue', amount: PRICE, kind: 'USE', ref: payment, balanceAfter: 0, createdMs });
  Object.assign(ledger.wallets.find((wallet) => wallet.user === user) ?? {}, { balance: 0 });
  ledger.outbox.push({ event: id('e', n), topic: 'payment-events', aggregate: reservation, type: 'payment.completed', payment, createdMs, publishedMs: createdMs + 50 });
  ledger.broker.push({ event: id('e', n), type: 'payment.completed', topic: 't.payment-events', partition: n % 3, offset: n, payment, amount: PRICE });
  ledger.platform.push({ payment, event: id('e', n), reservation, amount: PRICE });
  ledger.keys.push({ user, key: `${user}-pay`, op: 'pay', status: 201, createdMs });
  Object.assign(ledger.places.find((place) => place.user === user) ?? {}, { doneMs: createdMs });
}

/** The user's payment was made by card instead: no points went, the gateway took the money. */
export function byCard({ ledger }: World, n: number): LedgerRow<'payments'> {
  const payment = rowOf(ledger.payments, ({ payment: name }) => name === id('p', n));
  ledger.transfers.splice(ledger.transfers.findIndex(({ ref, kind }) => ref === payment.payment && kind === 'USE'), 1);
  rowOf(ledger.wallets, ({ user }) => user === payment.user).balance += payment.amount;
  ledger.gateway.push({ charge: payment.payment, amount: payment.amount, status: 'APPROVED' });
  return Object.assign(payment, { method: 'CARD' });
}

/** The user's payment was refunded, and the seat given up. */
export function refund({ ledger }: World, n: number): LedgerRow<'payments'> {
  const payment = rowOf(ledger.payments, ({ payment: name }) => name === id('p', n));
  const { user, amount, method, reservation } = payment;
  ledger.refunds.push({ refund: id('f', n), payment: payment.payment, user, amount, status: 'SUCCESS' });
  if (method === 'CARD') ledger.gatewayRefunds.push({ refund: id('f', n), charge: payment.payment, amount, status: 'APPROVED' });
  else {
    const wallet = rowOf(ledger.wallets, (row) => row.user === user);
    wallet.balance += amount;
    ledger.transfers.push({ transfer: id('tf', n), debit: 'sys:revenue', credit: `user:${user}`, amount, kind: 'REFUND', ref: payment.payment, balanceAfter: wallet.balance, createdMs: at(70) });
  }
  Object.assign(rowOf(ledger.reservations, (row) => row.reservation === reservation), { status: 'CANCELLED' });
  Object.assign(rowOf(ledger.seats, (row) => row.reservation === reservation), { status: 'AVAILABLE', reservation: null });
  return Object.assign(payment, { status: 'REFUNDED' });
}

function rowOf<Row>(rows: readonly Row[], wanted: (row: Row) => boolean): Row {
  const found = rows.find(wanted);
  if (!found) throw new Error('the world has no such row');
  return found;
}

type Invoke = Extract<HistoryLine, { e: 'invoke' }>;
type Complete = Extract<HistoryLine, { e: 'complete' }>;

/** One operation in the history, of 100 ms; `answer` null: it was never answered. */
export function say({ history }: World, asked: Pick<Invoke, 'op' | 'user'> & Partial<Invoke>, answer: (Partial<Complete> & Pick<Complete, 'outcome'>) | null): void {
  const name = asked.id ?? nextId(history);
  const tMs = asked.tMs ?? at(20);
  history.push({ e: 'invoke', ...asked, id: name, tMs });
  if (answer) history.push({ e: 'complete', id: name, status: answer.outcome === 'ok' ? 201 : answer.outcome === 'fail' ? 409 : 0, tMs: tMs + 100, ...answer });
}

/** All lines are of one virtual user, who numbers them. */
const nextId = (history: readonly HistoryLine[]): string => `0-1-${history.filter(({ e }) => e !== 'complete').length + 1}`;

/** A user's look at the own reservation, of 20 ms. */
export function lookAtOwn({ history }: World, user: string, reservation: string, saw: string, fromMs: number): void {
  history.push({ e: 'look', of: 'reservation', id: nextId(history), user, reservation, saw, fromMs, tMs: fromMs + 20 });
}

/** A look at the map of the first schedule, of 20 ms, that shows these seats as free. */
export function lookAtSeats({ history }: World, user: string, free: readonly number[], fromMs: number): void {
  const digits = Array.from({ length: Math.ceil(Math.max(0, ...free) / 4) }, () => 0);
  for (const seat of free) digits[(seat - 1) >> 2] = (digits[(seat - 1) >> 2] ?? 0) | (8 >> ((seat - 1) & 3));
  history.push({ e: 'look', of: 'seats', id: nextId(history), user, schedule: 's1', first: 1, free: digits.map((digit) => digit.toString(16)).join(''), fromMs, tMs: fromMs + 20 });
}

const order: { [N in LedgerName]: (row: LedgerRow<N>) => string } = {
  seats: ({ schedule, seat }) => keyOf(schedule, sortable(seat)),
  reservations: ({ reservation }) => reservation,
  payments: ({ payment }) => payment,
  wallets: ({ user }) => user,
  transfers: ({ transfer }) => transfer,
  charges: ({ charge }) => charge,
  refunds: ({ refund }) => refund,
  gateway: ({ charge }) => charge,
  gatewayRefunds: ({ refund }) => refund,
  outbox: ({ event }) => event,
  broker: ({ event }) => event,
  platform: ({ payment }) => payment,
  places: ({ scope, seq }) => keyOf(scope, sortable(seq)),
  keys: ({ user, key }) => keyOf(user, key),
  deadLetters: ({ letter }) => sortable(letter),
  snapshot: () => '',
};

/** A user who enters, charges, looks at the seats, reserves one and pays it, and is told so: one second each from `startMs` on. Every fifth looks at the reservation. */
export function addBuyer(world: World, n: number, startMs: number): void {
  const user = addUser(world, n, startMs);
  const reservation = id('r', n);
  addReservation(world, n, addSeat(world, n), 'CONFIRMED', startMs + 4000);
  addPayment(world, n, reservation, startMs + 5000);
  say(world, { op: 'token', user, tMs: startMs }, { outcome: 'ok', seq: n });
  say(world, { op: 'charge', user, key: `${user}-charge`, amount: PRICE, tMs: startMs + 3000 }, { outcome: 'ok', charge: id('c', n) });
  lookAtSeats(world, user, [n + 20], startMs + 3500);
  say(world, { op: 'reserve', user, key: `${user}-reserve`, schedule: 's1', seat: n, tMs: startMs + 4000 }, { outcome: 'ok', reservation });
  say(world, { op: 'pay', user, key: `${user}-pay`, reservation, amount: PRICE, tMs: startMs + 5000 }, { outcome: 'ok', payment: id('p', n) });
  if (n % 5 !== 1) return;
  lookAtOwn(world, user, reservation, 'HELD', startMs + 4200);
  lookAtOwn(world, user, reservation, 'CONFIRMED', startMs + 5200);
}

/** Writes ledger and history of the world to a run folder. */
export function writeWorld(world: World, runDir: string): void {
  mkdirSync(join(runDir, 'ledger'));
  for (const name of ledgerNames) {
    const key = order[name] as (row: unknown) => string;
    writeRows(runDir, `ledger/${name}`, (world.ledger[name] as unknown[]).toSorted((a, b) => compareText(key(a), key(b))));
  }
  writeRows(runDir, 'history', world.history);
}

/** Writes the world to a run folder, lets `spoil` loose on it, and audits it. */
export async function auditOf(world: World, { plan = {}, spoil, threadsFromBytes }: { plan?: Partial<Plan>; spoil?: (runDir: string) => void; threadsFromBytes?: number } = {}): Promise<Findings> {
  const runDir = mkdtempSync(join(tmpdir(), 'gatecrash-test-audit-'));
  try {
    writeWorld(world, runDir);
    writeRows(runDir, 'timeline', world.timeline);
    spoil?.(runDir);
    return await audit({ plan: fixturePlan(plan), runDir }, threadsFromBytes);
  } finally {
    rmSync(runDir, { recursive: true, force: true });
  }
}

/** An NDJSON artefact of the fixtures' run. */
export function writeRows(runDir: string, artefact: string, rows: readonly unknown[]): void {
  const writer = new NdjsonWriter(join(runDir, `${artefact}.ndjson`), artefact, fixtureRunId);
  for (const row of rows) writer.write(row);
  writer.close();
}

/** Cuts a file in the middle of its last line. */
export const cut = (text: string): string => text.slice(0, -8);

export function overwrite(path: string, content: string): void {
  writeFileSync(path, content);
}

export const findingOf = ({ findings }: Findings, wanted: string): Finding => {
  const found = findings.find((finding) => finding.id === wanted);
  if (!found) throw new Error(`no finding ${wanted}`);
  return found;
};

export const idsWith = ({ findings }: Findings, status: Finding['status']): string[] => findings.filter((finding) => finding.status === status).map((finding) => finding.id);
