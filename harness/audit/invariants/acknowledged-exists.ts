import type { OperationName } from '../../contracts/history.ts';
import { canBeLookedUp, type Operation } from '../history.ts';
import type { UserStory } from '../story.ts';
import { committed } from './committed.ts';
import type { HistoryInvariant } from './invariant.ts';

type Row = Readonly<Record<string, unknown>>;

export const acknowledgedPlaceExists = exists('acknowledged-place-exists', 'token', 'Everybody who was given a place in the queue has it in the ledger', (operation, { places }) => {
  const { acknowledged, completeMs = Number.POSITIVE_INFINITY } = operation;
  const row = places.find(({ seq, issuedMs }) => (acknowledged === undefined ? issuedMs <= completeMs : String(seq) === acknowledged));
  return { row, differs: undefined };
});

export const acknowledgedChargeExists = exists('acknowledged-charge-exists', 'charge', 'Every charge a user was told of is in the ledger: a success, by that user, over that amount', (operation, { charges }) => {
  const row = charges.find(({ charge }) => charge === operation.acknowledged);
  return { row, differs: row && (row.status !== 'SUCCESS' ? `it is ${row.status}` : otherAmount(operation, row.amount)) };
});

export const acknowledgedReservationExists = exists('acknowledged-reservation-exists', 'reserve', 'Every reservation a user was told of is in the ledger: by that user, for that seat', (operation, { reservations }) => {
  const row = reservations.find(({ reservation }) => reservation === operation.acknowledged);
  return { row, differs: row && (row.schedule !== operation.schedule || row.seat !== operation.seat) ? 'it is for another seat' : undefined };
});

export const acknowledgedPaymentExists = exists('acknowledged-payment-exists', 'pay', 'Every payment a user was told of is in the ledger: by that user, for that reservation, over that amount', (operation, { payments }) => {
  const row = payments.find(({ payment }) => payment === operation.acknowledged);
  if (!row) return { row, differs: undefined };
  if (!committed(row)) return { row, differs: `it is ${row.status}` };
  return { row, differs: row.reservation === operation.reservation ? otherAmount(operation, row.amount) : 'it is for another reservation' };
});

const otherAmount = ({ amount }: Operation, actual: number): string | undefined => (amount === actual ? undefined : `it is over ${actual} instead of ${amount}`);

type LookUp = (operation: Operation, story: UserStory) => { readonly row: Row | undefined; readonly differs: string | undefined };

/** What cannot be looked up is missing in the coverage. */
function exists(id: string, op: OperationName, title: string, lookUp: LookUp): HistoryInvariant {
  return {
    id,
    title,
    start: (tally) => ({
      see(story) {
        for (const operation of story.operations) {
          if (operation.op !== op || !canBeLookedUp(operation)) continue;
          tally.look();
          const { row, differs } = lookUp(operation, story);
          const problem = row ? differs : 'the user has no such row in the ledger';
          if (problem !== undefined) tally.violate({ problem, operation, row: row ?? null }, operation.amount ?? 0);
        }
      },
    }),
  };
}
