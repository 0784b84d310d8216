import { readFileSync } from 'node:fs';

/** One statement of a file; its name is that of the prepared statement. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

function load(name: string): Statement {
  return { name, text: readFileSync(new URL(`./${name}.sql`, import.meta.url), 'utf8') };
}

/** Every statement the service sends; read once, when the program starts. */
export const sql = {
  ping: load('ping'),
  enterQueue: load('enter-queue'),
  admitPlaces: load('admit-places'),
  readPlace: load('read-place'),
  readWatermark: load('read-watermark'),
  readSchedules: load('read-schedules'),
  readSeats: load('read-seats'),
  reserveSeat: load('reserve-seat'),
  readReservation: load('read-reservation'),
  expireHolds: load('expire-holds'),
  payPoints: load('pay-points'),
  beginCharge: load('begin-charge'),
  settleCharge: load('settle-charge'),
  pendingCharges: load('pending-charges'),
  lockRelay: load('lock-relay'),
  pendingEvents: load('pending-events'),
  markPublished: load('mark-published'),
  outboxBacklog: load('outbox-backlog'),
  storePlatformPayments: load('store-platform-payments'),
} as const;
