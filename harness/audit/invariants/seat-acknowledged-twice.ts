import { keyOf } from '../compare.ts';
import { Sorter } from '../sorter.ts';
import type { UserStory } from '../story.ts';
import type { HistoryInvariant } from './invariant.ts';

interface Sale {
  readonly schedule: string;
  readonly seat: number;
  readonly user: string;
  readonly reservation: string;
  readonly payment: string;
  readonly acknowledgedMs: number | undefined;
}

/** Catches what the ledger no longer shows: a second owner written over the first. */
export const seatAcknowledgedTwice: HistoryInvariant = {
  id: 'seat-acknowledged-twice',
  title: 'No seat was confirmed as paid to two users, or to one for two reservations, unless it was refunded in between',
  start(tally, spill) {
    const bySeat = new Sorter<Sale>(seatKey, spill);
    return {
      see(story) {
        for (const sale of salesOf(story)) bySeat.add(sale);
      },
      finish() {
        for (const { rows } of bySeat.groups()) {
          tally.look();
          const owners = new Map(rows.map((sale) => [keyOf(sale.user, sale.reservation), sale]));
          if (owners.size > 1) tally.violate({ schedule: rows[0]?.schedule, seat: rows[0]?.seat, owners: [...owners.values()] }, owners.size);
        }
      },
    };
  },
};

const seatKey = ({ schedule, seat }: Sale): string => keyOf(schedule, String(seat));

/** The seat of a payment is that of the reservation as it was acknowledged, else as the ledger has it. */
function salesOf({ user, operations, reservations, payments }: UserStory): Sale[] {
  const refunded = new Set(payments.filter(({ status }) => status === 'REFUNDED').map(({ payment }) => payment));
  return operations.flatMap(({ op, reservation, acknowledged, completeMs }) => {
    if (op !== 'pay' || reservation === undefined || acknowledged === undefined || refunded.has(acknowledged)) return [];
    const reserved = operations.find((operation) => operation.op === 'reserve' && operation.acknowledged === reservation) ?? reservations.find((row) => row.reservation === reservation);
    if (reserved?.schedule === undefined || reserved.seat === undefined) return [];
    return [{ schedule: reserved.schedule, seat: reserved.seat, user, reservation, payment: acknowledged, acknowledgedMs: completeMs }];
  });
}
