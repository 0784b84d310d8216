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

function numberOf(service: Plan['service'], name: string): number | undefined {
  const text = service[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || text.trim() === '') throw new RangeError(`${name} is "${text}" in the plan, not a number`);
  return value;
}
