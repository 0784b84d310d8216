import type { LedgerRow } from '../../contracts/ledger.ts';
import { keyOf } from '../compare.ts';
import { Sorter } from '../sorter.ts';
import { by, type LedgerInvariant } from './invariant.ts';
import { CLOCK_SLACK_MS } from './times.ts';

/** What someone has, or had, of a seat: from when until when, and whether it was paid. */
interface Claim {
  readonly reservation: string;
  readonly user: string;
  readonly schedule: string;
  readonly seat: number;
  readonly status: string;
  readonly fromMs: number;
  /** Infinity does not survive a spill to disk: null is "for ever". */
  readonly untilMs: number | null;
  readonly payments: number;
}

/** A confirmed or paid claim lasts; any other lasts as long as its hold. A cancelled one ended at a time nobody noted. */
export const seatSoldTwice: LedgerInvariant = {
  id: 'seat-sold-twice',
  title: 'No seat has two owners: one confirmed or paid reservation at most, and no two holds at one time',
  start(tally, { spill }) {
    const bySeat = new Sorter<Claim>(seatKey, spill);
    const counted = { seatsSold: 0, doubleSales: 0 };
    return {
      watches: [
        by('reservation', ['reservations', 'payments'], ({ reservations, payments }) => {
          const paid = payments.filter(({ status }) => status === 'SUCCESS').length;
          for (const row of reservations) if (row.status !== 'CANCELLED' || paid > 0) bySeat.add(claim(row, paid));
        }),
      ],
      finish() {
        for (const { rows } of bySeat.groups()) {
          tally.look();
          const sales = salesOf(rows);
          if (sales > 0) counted.seatsSold++;
          if (sales > 1) counted.doubleSales++;
          const rivals = sales > 1 ? rows.filter(lasts) : overlapping(rows);
          if (rivals.length === 0) continue;
          const { schedule, seat } = rivals[0] as Claim;
          tally.violate({ schedule, seat, owners: rivals.map(({ reservation, user, status, payments: paid }) => ({ reservation, user, status, payments: paid })) }, sales * 1000 + rivals.length);
        }
      },
      counts: () => counted,
    };
  },
};

const lasts = ({ untilMs }: Claim): boolean => untilMs === null;

/** How often a seat was confirmed or paid. */
const salesOf = (claims: readonly Claim[]): number => claims.filter(lasts).reduce((sum, { payments }) => sum + Math.max(1, payments), 0);

const seatKey = (claim: Claim): string => keyOf(claim.schedule, String(claim.seat));

function claim(row: LedgerRow<'reservations'>, payments: number): Claim {
  const { reservation, user, schedule, seat, status } = row;
  return { reservation, user, schedule, seat, status, fromMs: row.createdMs, untilMs: status === 'CONFIRMED' || payments > 0 ? null : row.holdUntilMs, payments };
}

/** The first two claims that held the seat at the same time; none is []. */
function overlapping(claims: readonly Claim[]): Claim[] {
  let longest: Claim | undefined;
  for (const next of claims.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (longest && end(longest) - CLOCK_SLACK_MS > next.fromMs) return [longest, next];
    if (!longest || end(next) > end(longest)) longest = next;
  }
  return [];
}

const end = ({ untilMs }: Claim): number => untilMs ?? Number.POSITIVE_INFINITY;
