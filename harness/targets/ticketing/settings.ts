import type { Plan } from '../../contracts/plan.ts';

/** How many may buy at once, and how fast they are let in. */
export interface AdmissionSettings {
  readonly cap: number;
  readonly ratePerSecond: number;
}

/** What the service ships with; a plan names only what differs. */
const shipped: AdmissionSettings = { cap: 50, ratePerSecond: 10 };

/** The admission settings a run had. Throws when the plan has something that is not a number there. */
export function admissionSettings(service: Plan['service']): AdmissionSettings {
  return {
    cap: numberOf(service, 'QUEUE_ACTIVE_CAP') ?? shipped.cap,
    ratePerSecond: numberOf(service, 'QUEUE_ADMISSION_PER_SECOND') ?? shipped.ratePerSecond,
  };
}

/** What the service ships with: how long reading a seat map may take, for how long it is told, how many times as long while the database is slow, and how long a process tells what it got. */
const shippedSeatMap = { readMs: 1000, cachedMs: 1000, slowFactor: 2, keptMs: 100 };

/**
 * How old a seat map may be at most when it is told, in ms, also when nobody took it out of the cache: what docs/api.md
 * promises ("Looking around"), from when it began to be read from the database. Throws as `admissionSettings` does.
 */
export function seatMapAgeMsMax(service: Plan['service']): number {
  const cachedMs = numberOf(service, 'CACHE_SEATS_MS') ?? shippedSeatMap.cachedMs;
  const slowFactor = numberOf(service, 'CACHE_SLOW_TTL_FACTOR') ?? shippedSeatMap.slowFactor;
  const keptMs = numberOf(service, 'CACHE_LOCAL_MS') ?? shippedSeatMap.keptMs;
  const readMs = numberOf(service, 'STATEMENT_TIMEOUT_MS') ?? shippedSeatMap.readMs;
  return readMs + cachedMs * slowFactor + keptMs;
}

function numberOf(service: Plan['service'], name: string): number | undefined {
  const text = service[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || text.trim() === '') throw new RangeError(`${name} is "${text}" in the plan, not a number`);
  return value;
}
