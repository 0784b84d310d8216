import { seatMapAgeMsMax } from '../../targets/ticketing/settings.ts';
import type { Look } from '../history.ts';
import { joinSorted } from '../join.ts';
import { Sorter } from '../sorter.ts';
import type { UserStory } from '../story.ts';
import type { HistoryInvariant } from './invariant.ts';
import { promisesNo } from './promised.ts';
import { CLOCK_SLACK_MS } from './times.ts';

type SeatsLook = Extract<Look, { of: 'seats' }>;

/** From when until when a seat was surely taken. */
interface Taken {
  readonly schedule: string;
  readonly seat: number;
  readonly reservation: string;
  readonly fromMs: number;
  /** null: for ever; Infinity does not survive a spill to disk */
  readonly untilMs: number | null;
}

/**
 * A seat counts as taken from when its user was told, else from when it must have been committed, until its hold is over;
 * of a cancelled reservation nobody noted until when.
 */
export const seatMapFresh: HistoryInvariant = {
  id: 'seat-map-fresh',
  title: 'A seat map is not older than it may be: no seat is shown as free that was taken long before, and still is',
  mayBeEmpty: promisesNo('seatReadShare'),
  start(tally, spill, { service }) {
    const boundMs = seatMapAgeMsMax(service);
    const looks = new Sorter<SeatsLook>(scheduleOf, spill);
    const takes = new Sorter<Taken>(scheduleOf, spill);
    return {
      see(story) {
        for (const look of story.looks) if (look.of === 'seats') looks.add(look);
        for (const taken of takenBy(story)) takes.add(taken);
      },
      finish() {
        for (const { key: schedule, sides } of joinSorted({ looks: { rows: looks.rows(), key: scheduleOf }, takes: { rows: takes.rows(), key: scheduleOf } })) {
          const takesBySeat = Map.groupBy(sides.takes, ({ seat }) => seat);
          for (const look of sides.looks) {
            const longTaken = (taken: Taken): boolean => taken.fromMs < look.fromMs - boundMs && (taken.untilMs === null || taken.untilMs > look.tMs);
            tally.look();
            const wrong = [...freeSeatsOf(look)].flatMap((seat) => takesBySeat.get(seat)?.find(longTaken) ?? []);
            if (wrong.length === 0) continue;
            const oldest = wrong.reduce((a, b) => (a.fromMs <= b.fromMs ? a : b));
            const oldMs = look.fromMs - oldest.fromMs;
            tally.violate({ schedule, user: look.user, look: look.id, fromMs: look.fromMs, tMs: look.tMs, oldMs, boundMs, seatsWrong: wrong.length, oldest }, oldMs);
          }
        }
      },
    };
  },
};

const scheduleOf = ({ schedule }: { readonly schedule: string }): string => schedule;

/** The ledger has when a reservation began, read before it waited for the seat, and the hold's end by the database's clock. */
function takenBy({ operations, reservations }: UserStory): Taken[] {
  const toldMs = new Map(operations.flatMap(({ op, acknowledged, completeMs }) => (op === 'reserve' && acknowledged !== undefined && completeMs !== undefined ? [[acknowledged, completeMs] as const] : [])));
  return reservations
    .filter(({ status }) => status !== 'CANCELLED')
    .map(({ reservation, schedule, seat, status, createdMs, holdUntilMs }) => {
      const fromMs = Math.min(createdMs + CLOCK_SLACK_MS, toldMs.get(reservation) ?? Number.POSITIVE_INFINITY);
      return { schedule, seat, reservation, fromMs, untilMs: status === 'CONFIRMED' ? null : holdUntilMs - CLOCK_SLACK_MS };
    });
}

/** The numbers of the seats that were shown as free. */
function* freeSeatsOf({ first, free }: SeatsLook): Generator<number> {
  for (let digit = 0; digit < free.length; digit++) {
    const bits = Number.parseInt(free.charAt(digit), 16);
    for (let bit = 0; bit < 4; bit++) if (bits & (8 >> bit)) yield first + digit * 4 + bit;
  }
}
