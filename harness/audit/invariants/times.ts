/**
 * How far two clock readings inside the service's transactions may be apart from the order in which they took effect:
 * a reservation reads the clock, then waits for a row. Bounded by the service's statement timeout.
 */
export const CLOCK_SLACK_MS = 1000;
/** A hold is swept each second; this much later it is overdue. */
export const HOLD_OVERDUE_MS = 10_000;
/** Admission is tried each second; somebody who could be let in for longer than this is kept out. */
export const ADMISSION_STALLED_MS = 10_000;
/** No request lives longer; an older key without an answer was abandoned. */
export const KEY_HALF_DONE_MS = 60_000;
/** The relay looks each second and gives a send three: an older row after the drain is stuck. */
export const OUTBOX_STUCK_MS = 10_000;
