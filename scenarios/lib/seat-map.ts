import { freeMark, type Random, wholeBetween } from './pick.ts';

/** More seats than this are not noted of one look: their bitmap has 256 digits, and a line of the history some 400 bytes. */
export const seatsNotedMax = 1024;

/** Which of `seatsNotedMax` seats from number `first` on are free: a bit a seat, the first the highest of the first hex digit; zeros at the end are left out. */
export interface FreeSeats {
  readonly first: number;
  readonly free: string;
}

const seatMark = '"seatNo":';

/**
 * The free seats in the text of a seat map with its seats in order; of a large one some part, by chance. Only what is free
 * is cut out: the whole map parsed would cost more (see pick.ts).
 */
export function freeSeats(random: Random, seatMap: string): FreeSeats {
  const last = numberAt(seatMap, seatMap.lastIndexOf(seatMark));
  const first = 1 + seatsNotedMax * wholeBetween(random, 0, Math.ceil(last / seatsNotedMax) - 1);
  const digits: number[] = Array.from({ length: seatsNotedMax / 4 }, () => 0);
  const from = first === 1 ? 0 : Math.max(0, seatMap.indexOf(`${seatMark}${first},`));
  for (let at = seatMap.indexOf(freeMark, from); at !== -1; at = seatMap.indexOf(freeMark, at + 1)) {
    const bit = numberAt(seatMap, seatMap.indexOf(seatMark, seatMap.lastIndexOf('{', at))) - first;
    if (bit >= seatsNotedMax) break;
    const digit = bit >> 2;
    if (bit >= 0) digits[digit] = (digits[digit] as number) | (8 >> (bit & 3));
  }
  return { first, free: digits.map((digit) => digit.toString(16)).join('').replace(/0+$/, '') };
}

const numberAt = (seatMap: string, at: number): number => Number.parseInt(seatMap.slice(at + seatMark.length, at + seatMark.length + 9), 10);
