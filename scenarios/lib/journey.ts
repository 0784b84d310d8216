import { sleep } from 'k6';
import type { TicketingApi } from './api.ts';
import type { Answer } from './client.ts';
import { outcomeOf } from './history.ts';
import { freeSeat, jittered, oneOf, type Random, wholeBetween } from './pick.ts';
import { freeSeats } from './seat-map.ts';
import type { JourneySettings } from './settings.ts';

const RETRIES = 2;
const BACKOFF_MS = 250;
/** Longest wait a user accepts between two looks at the queue, whatever the service proposes. */
const POLL_MS_MAX = 5000;
const POLL_MS_MIN = 50;

export interface Visit {
  readonly api: TicketingApi;
  readonly user: string;
  readonly random: Random;
  readonly settings: JourneySettings;
  /** epoch ms; nobody sends anything after it, so that users end of themselves and none is cut off in mid-request */
  readonly deadlineMs: number;
}

/** The opening as one user lives it: queue, schedules, seats, money, reservation, payment. Leaves when refused. */
export function openingJourney(visit: Visit): void {
  const { api, user, random, settings } = visit;
  if (!withRetries(visit, () => api.enterQueue()).good || !waitForTurn(visit)) return;

  const schedules = schedulesOf(withRetries(visit, () => api.schedules(settings.concert)));
  const hot = random() < settings.hotShare;
  const schedule = hot ? schedules[0] : oneOf(random, schedules);
  if (schedule === undefined || !think(visit)) return;
  const seatMap = withRetries(visit, () => seats(visit, schedule));
  if (!seatMap.good || !think(visit)) return;

  const price = priceOf(seatMap.text);
  const charged = withRetries(visit, () => api.charge(price * settings.pointsFactor, `${user}-charge`));
  if (outcomeOf(charged) === 'fail' || !think(visit)) return;

  const reserved = reserveSomeSeat(visit, schedule, hot, seatMap.text);
  if (!reserved) return;
  const looks = random() < settings.ownReadShare;
  if (looks) lookAtOwn(visit, reserved);
  if (!think(visit)) return;
  if (random() < settings.lateShare && !wait(visit, settings.lateMs)) return;
  if (random() < settings.tamperShare && !tamper(visit, reserved)) return;
  pay(visit, reserved);
  if (looks) lookAtOwn(visit, reserved);
  if (random() < settings.greedyShare && think(visit)) api.reserve(schedule, freeSeat(random, seatMap.text) ?? 1, `${user}-greedy`);
}

/** The seat map; some of the looks at it go into the history. */
function seats({ api, random, settings }: Visit, schedule: string): Answer {
  return random() < settings.seatReadShare ? api.seats(schedule, (seatMap) => freeSeats(random, seatMap)) : api.seats(schedule);
}

/** Some users want to see it in black and white. Once is enough: who is not answered goes on. */
function lookAtOwn({ api, deadlineMs }: Visit, { reservation }: Reserved): void {
  if (Date.now() < deadlineMs) api.ownReservation(reservation);
}

/** Polls at the pace the service proposes until the user is let in; false: refused, out of patience, or too late. */
function waitForTurn(visit: Visit): boolean {
  const giveUpMs = Math.min(visit.deadlineMs, Date.now() + visit.settings.patienceMs);
  while (Date.now() < giveUpMs) {
    const place = visit.api.queuePlace();
    if (place.good && place.body.status === 'ACTIVE') return true;
    if (outcomeOf(place) === 'fail') return false;
    const proposedMs = place.good && typeof place.body.pollAfterMs === 'number' ? place.body.pollAfterMs : 1000;
    sleep(Math.min(POLL_MS_MAX, Math.max(POLL_MS_MIN, proposedMs)) / 1000);
  }
  return false;
}

interface Reserved {
  readonly reservation: string;
  readonly price: number;
}

/** Tries seats until one is won; a user after a hot seat takes what is free once the hot one is gone. */
function reserveSomeSeat(visit: Visit, schedule: string, hot: boolean, firstMap: string): Reserved | undefined {
  const { api, user, random, settings } = visit;
  let seatMap = firstMap;
  for (let attempt = 1; attempt <= settings.seatTries; attempt++) {
    const seat = hot && attempt === 1 ? hotSeat(visit) : freeSeat(random, seatMap);
    if (seat === undefined) return undefined;
    const answer = withRetries(visit, () => api.reserve(schedule, seat, `${user}-reserve-${attempt}`));
    if (answer.good) return { reservation: answer.body.reservationId as string, price: answer.body.price as number };
    if (answer.status !== 409 || !think(visit)) return undefined;
    const fresh = seats(visit, schedule);
    if (fresh.good) seatMap = fresh.text;
  }
  return undefined;
}

/** One of the hot seats; where the clock strikes, the one that all want who waited for it. */
function hotSeat({ random, settings: { hotSeats, strikeMs } }: Visit): number {
  if (strikeMs === 0) return wholeBetween(random, 1, hotSeats);
  const strike = Math.floor(Date.now() / strikeMs) + 1;
  sleep((strike * strikeMs - Date.now()) / 1000);
  return 1 + (strike % hotSeats);
}

/** Half of the price, which is to be refused; true when it was, and the user may go on. */
function tamper({ api, user }: Visit, { reservation, price }: Reserved): boolean {
  return outcomeOf(api.pay(reservation, Math.floor(price / 2), `${user}-pay-less`)) === 'fail';
}

function pay(visit: Visit, { reservation, price }: Reserved): void {
  const send = (): Answer => withRetries(visit, () => visit.api.pay(reservation, price, `${visit.user}-pay`));
  const answer = send();
  // The charge may still be on its way (202); a refusal that changed nothing does not bind the key.
  if (answer.status === 402 && wait(visit, 1000)) send();
}

/** Sends it again, with the same key, while nobody knows whether it was done; a read simply again. */
function withRetries(visit: Visit, send: () => Answer): Answer {
  let answer = send();
  for (let retry = 1; retry <= RETRIES && outcomeOf(answer) === 'unknown'; retry++) {
    const backoffMs = Math.max(Math.min(answer.retryAfterMs, 2000), BACKOFF_MS * 2 ** (retry - 1));
    if (!wait(visit, jittered(visit.random, backoffMs))) return answer;
    answer = send();
  }
  return answer;
}

const think = (visit: Visit): boolean => wait(visit, jittered(visit.random, visit.settings.thinkMs));

/** Waits; false when it is too late to go on afterwards. */
function wait({ deadlineMs }: Visit, ms: number): boolean {
  sleep(ms / 1000);
  return Date.now() < deadlineMs;
}

function schedulesOf({ good, body }: Answer): string[] {
  if (!good) return [];
  return (body.schedules as Record<string, unknown>[]).map((schedule) => String(schedule.scheduleId ?? schedule.id));
}

/** All seats of a concert cost the same in the dataset: the first price of the map is the price. */
function priceOf(seatMap: string): number {
  return Number(/"price":(\d+)/.exec(seatMap)?.[1] ?? 0);
}
