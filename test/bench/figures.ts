import type { Arena } from './arena.ts';
import type { Ratio } from './ratios.ts';

/** A figure that is no ratio: shown, and kept beside the ratios. */
export interface Figure {
  readonly name: string;
  readonly value: number | string;
  readonly unit: string;
}

const PEOPLE = 200;
const HOT = 10;

/** What the ratios do not say; `reservationsPerSecond` is the maximum that was just measured. */
export async function figures(arena: Arena, k6: string, reservationsPerSecond: number): Promise<Figure[]> {
  const half = await arena.reserveAtRate(k6, Math.round(reservationsPerSecond / 2));
  const found: Figure[] = [
    { name: `reservation at half of the maximum (${Math.round(reservationsPerSecond / 2)}/s): p50`, value: half.p50, unit: 'ms' },
    { name: `reservation at half of the maximum: p99 (${half.requests} requests, ${half.dropped} dropped)`, value: half.p99, unit: 'ms' },
  ];
  for (const { name, share } of await arena.profile(HOT)) found.push({ name: `CPU of a reservation: ${name}`, value: share * 100, unit: '%' });
  const shed = await arena.shedding();
  found.push({ name: `overloaded, ${Math.round((shed.refused / shed.requests) * 100)} % of ${shed.requests} requests refused with 503: median of the answers`, value: shed.p50, unit: 'ms' });
  for (const worker of ['same process', 'own process'] as const) {
    const times = (await arena.activation(worker, PEOPLE)).toSorted((a, b) => a - b);
    found.push({ name: `payment to next activation, worker in ${worker === 'same process' ? 'the same' : 'its own'} process: p99 of ${times.length}`, value: times[Math.ceil(times.length * 0.99) - 1] ?? NaN, unit: 'ms' });
  }
  return found;
}

/** The floor, the goal or nothing of a ratio that was measured. */
export const gradeOf = ({ floor, goal }: Ratio, measured: number): string => (measured >= goal ? 'goal' : measured >= floor ? 'floor' : 'BELOW');
