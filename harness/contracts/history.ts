import Type, { type Static } from 'typebox';

/** The state-changing operations a user makes. */
export const OperationName = Type.Union([Type.Literal('token'), Type.Literal('charge'), Type.Literal('reserve'), Type.Literal('pay')]);
export type OperationName = Static<typeof OperationName>;

const look = {
  id: Type.String({ description: 'unique in the run, as of an operation' }),
  user: Type.String(),
  fromMs: Type.Number({ description: 'before it was asked' }),
  tMs: Type.Number({ description: 'when it was answered' }),
};

/**
 * history.ndjson: every state-changing operation, once before it is sent (`invoke`) and once when it is answered.
 * An invoke without completion is an operation whose outcome is unknown. Beside it some of the looks that users took
 * (`look`), one line each, when they showed something.
 */
export const HistoryLine = Type.Union([
  Type.Object(
    {
      e: Type.Literal('invoke'),
      id: Type.String({ description: 'unique in the run: generator-vu-number, with numbers from 1 on and none left out' }),
      op: OperationName,
      user: Type.String(),
      key: Type.Optional(Type.String({ description: 'Idempotency-Key' })),
      tMs: Type.Number(),
      /** reserve: schedule and seat. pay: reservation and amount. charge: amount (KRW). */
      schedule: Type.Optional(Type.String()),
      seat: Type.Optional(Type.Number()),
      reservation: Type.Optional(Type.String()),
      amount: Type.Optional(Type.Number()),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      e: Type.Literal('complete'),
      id: Type.String(),
      outcome: Type.Union([Type.Literal('ok'), Type.Literal('fail'), Type.Literal('unknown')]),
      status: Type.Number({ description: 'HTTP status, 0 when there was none' }),
      tMs: Type.Number(),
      /** What a 2xx acknowledged: id of the reservation, payment, charge; seq of the queue place. */
      reservation: Type.Optional(Type.String()),
      payment: Type.Optional(Type.String()),
      charge: Type.Optional(Type.String()),
      seq: Type.Optional(Type.Number()),
      code: Type.Optional(Type.String({ description: 'code of the problem' })),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      e: Type.Literal('look'),
      of: Type.Literal('reservation'),
      ...look,
      reservation: Type.String(),
      saw: Type.String({ description: 'HELD, CONFIRMED, EXPIRED, CANCELLED; MISSING: the user has none by that id' }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      e: Type.Literal('look'),
      of: Type.Literal('seats'),
      ...look,
      schedule: Type.String(),
      first: Type.Number({ description: 'number of the first seat in `free`' }),
      free: Type.String({ pattern: '^[0-9a-f]*$', description: 'seats shown as free, a bit each, the first the highest of the first digit; those beyond its end were not' }),
    },
    { additionalProperties: false },
  ),
]);
export type HistoryLine = Static<typeof HistoryLine>;
