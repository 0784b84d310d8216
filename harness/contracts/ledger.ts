import Type, { type Static } from 'typebox';

const row = <P extends Record<string, Type.TSchema>>(props: P) => Type.Object(props, { additionalProperties: false });
const text = Type.String();
const number = Type.Number();
const nullableText = Type.Union([Type.String(), Type.Null()]);
const nullableNumber = Type.Union([Type.Number(), Type.Null()]);

/**
 * ledger/<name>.ndjson: the final state of every place that keeps the truth, sorted by the key named here.
 * First line of each: a RunHeader with artefact "ledger/<name>". Money in KRW, times in epoch ms.
 */
export const ledgerRows = {
  /** sorted by schedule, seat; a hold without end, of a card payment that is pending, has holdUntilMs null */
  seats: row({ schedule: text, seat: number, price: number, status: text, reservation: nullableText, fence: number, holdUntilMs: nullableNumber }),
  /** sorted by reservation */
  reservations: row({ reservation: text, user: text, schedule: text, seat: number, price: number, status: text, fence: number, holdUntilMs: number, createdMs: number }),
  /** sorted by payment; method POINT | CARD, status PENDING | SUCCESS | FAILED | REFUNDED */
  payments: row({ payment: text, reservation: text, user: text, amount: number, method: text, status: text, createdMs: number }),
  /** sorted by user */
  wallets: row({ user: text, balance: number }),
  /** sorted by transfer; debit and credit are account names: user:<id>, sys:gateway, sys:revenue; balanceAfter is the user's */
  transfers: row({ transfer: text, debit: text, credit: text, amount: number, kind: text, ref: text, balanceAfter: number, createdMs: number }),
  /** charges of points, sorted by charge; status PENDING | SUCCESS | FAILED */
  charges: row({ charge: text, user: text, amount: number, status: text, key: text }),
  /** payments given back, sorted by refund; status PENDING | SUCCESS | FAILED */
  refunds: row({ refund: text, payment: text, user: text, amount: number, status: text }),
  /** the external gateway's own ledger of money taken, sorted by charge: the id of a charge of points or of a card payment; status APPROVED | DECLINED */
  gateway: row({ charge: text, amount: number, status: text }),
  /** the external gateway's own ledger of money given back, sorted by refund */
  gatewayRefunds: row({ refund: text, charge: text, amount: number, status: text }),
  /** outbox rows, sorted by event; lacks: consumers that work on its type and have neither handled it nor put it aside */
  outbox: row({ event: text, topic: text, aggregate: text, type: text, payment: nullableText, createdMs: number, publishedMs: nullableNumber, lacks: Type.Optional(Type.Array(text)) }),
  /** messages of the payment topic as they are at the broker, one row a message, sorted by event */
  broker: row({ event: text, type: nullableText, topic: text, partition: number, offset: number, payment: nullableText, amount: nullableNumber }),
  /** payment events as the data platform received them, sorted by payment */
  platform: row({ payment: text, event: text, reservation: text, amount: number }),
  /** places in the queue with the durable log of admissions, sorted by scope (the queue it is in), seq */
  places: row({ scope: text, seq: number, user: text, issuedMs: number, admittedMs: nullableNumber, expiresMs: nullableNumber, doneMs: nullableNumber }),
  /** idempotency keys, sorted by user, key */
  keys: row({ user: text, key: text, op: text, status: nullableNumber, createdMs: number }),
  /** messages that a consumer put aside, sorted by letter, the number the service gave them */
  deadLetters: row({ letter: number, consumer: text, topic: text, event: nullableText, error: text, replayed: Type.Boolean() }),
  /** one row: when the database's state was read, by the database's clock */
  snapshot: row({ takenMs: number }),
};

export type LedgerName = keyof typeof ledgerRows;
export type LedgerRow<N extends LedgerName> = Static<(typeof ledgerRows)[N]>;
export const ledgerNames = Object.keys(ledgerRows) as LedgerName[];
