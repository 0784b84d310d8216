import type { LedgerName, LedgerRow } from '../contracts/ledger.ts';
import { type Leg, legsOf } from './accounts.ts';
import { PAYMENT_COMPLETED } from './invariants/committed.ts';

/** By what the ledger files are joined, and what each side of a join consists of. A side is named after its file. */
export interface LedgerJoins {
  /** by id of the event */
  event: { outbox: LedgerRow<'outbox'>; broker: LedgerRow<'broker'> };
  /** by what money was moved for: a payment or a charge. Of events and messages only those that tell of a payment; those that do not say of which are under "". */
  payment: {
    payments: LedgerRow<'payments'>;
    charges: LedgerRow<'charges'>;
    gateway: LedgerRow<'gateway'>;
    platform: LedgerRow<'platform'>;
    transfers: LedgerRow<'transfers'>;
    outbox: LedgerRow<'outbox'>;
    broker: LedgerRow<'broker'>;
    refunds: LedgerRow<'refunds'>;
    gatewayRefunds: LedgerRow<'gatewayRefunds'>;
  };
  /** by reservation; of seats those that have one */
  reservation: { reservations: LedgerRow<'reservations'>; payments: LedgerRow<'payments'>; seats: LedgerRow<'seats'> };
  /** by user */
  account: { wallets: LedgerRow<'wallets'>; transfers: Leg };
  /** by user: what a buyer paid, and the places a buyer had */
  buyer: { payments: LedgerRow<'payments'>; places: LedgerRow<'places'> };
}

export type JoinName = keyof LedgerJoins;
export type SideName<J extends JoinName> = keyof LedgerJoins[J] & LedgerName;

/** One side of a join. `rowsOf`: what becomes of a row of the file, to be sorted by `key`; null: the file itself is sorted by it. */
export interface LedgerSide<N extends LedgerName, Row> {
  readonly key: (row: Row) => string;
  readonly rowsOf: ((row: LedgerRow<N>) => readonly Row[]) | null;
}

const asFiled = <N extends LedgerName>(key: (row: LedgerRow<N>) => string): LedgerSide<N, LedgerRow<N>> => ({ key, rowsOf: null });
const sorted = <N extends LedgerName>(key: (row: LedgerRow<N>) => string, keep: (row: LedgerRow<N>) => boolean = () => true): LedgerSide<N, LedgerRow<N>> => ({ key, rowsOf: (row) => (keep(row) ? [row] : []) });

export const ledgerJoins: { readonly [J in JoinName]: { readonly [N in SideName<J>]: LedgerSide<N, LedgerJoins[J][N]> } } = {
  event: { outbox: asFiled(({ event }) => event), broker: asFiled(({ event }) => event) },
  payment: {
    payments: asFiled(({ payment }) => payment),
    charges: asFiled(({ charge }) => charge),
    gateway: asFiled(({ charge }) => charge),
    platform: asFiled(({ payment }) => payment),
    transfers: sorted(({ ref }) => ref),
    outbox: sorted(
      ({ payment }) => payment ?? '',
      ({ type }) => type === PAYMENT_COMPLETED,
    ),
    // A message that says nothing of its type is not what the service documents: it is looked at too.
    broker: sorted(
      ({ payment }) => payment ?? '',
      ({ type }) => type === PAYMENT_COMPLETED || type === null,
    ),
    refunds: sorted(({ payment }) => payment),
    gatewayRefunds: sorted(({ charge }) => charge),
  },
  reservation: {
    reservations: asFiled(({ reservation }) => reservation),
    payments: sorted(({ reservation }) => reservation),
    seats: sorted(
      ({ reservation }) => reservation ?? '',
      ({ reservation }) => reservation !== null,
    ),
  },
  account: { wallets: asFiled(({ user }) => user), transfers: { key: ({ user }) => user, rowsOf: legsOf } },
  buyer: { payments: sorted(({ user }) => user), places: sorted(({ user }) => user) },
};

/**
 * In which order files are read and joins are made. Each file is read once, in a step of its own or by the join whose
 * order it has, before the joins that need it in another order (only wallets, which are small, are read again); what
 * was sorted for a join is given up behind it.
 */
export const ledgerSteps: readonly ({ readonly file: LedgerName } | { readonly sweep: 'admissions' } | { readonly join: JoinName })[] = [
  { file: 'keys' },
  { file: 'deadLetters' },
  { file: 'wallets' },
  { file: 'transfers' },
  { join: 'account' },
  { join: 'event' },
  { file: 'refunds' },
  { file: 'gatewayRefunds' },
  { join: 'payment' },
  { file: 'seats' },
  { join: 'reservation' },
  { sweep: 'admissions' },
  { join: 'buyer' },
];
