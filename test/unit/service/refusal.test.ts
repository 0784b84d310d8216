import { expect, test } from 'vitest';
import { failureOf } from '../../../service/clients/postgres.ts';
import { refusal } from '../../../service/domain/refusal.ts';
import { requestHash } from '../../../service/domain/request-hash.ts';

test('each return code of the database is one answer to the buyer', () => {
  const table = Array.from({ length: 18 }, (_, rc) => [rc, refusal(rc)] as const).map(([rc, { status, code, retryable }]) => [rc, status, code, retryable]);
  expect(table).toEqual([
    [0, 500, 'INTERNAL', false],
    [1, 404, 'NOT_FOUND', false],
    [2, 409, 'SEAT_TAKEN', false],
    [3, 410, 'HOLD_EXPIRED', false],
    [4, 409, 'ALREADY_PAID', false],
    [5, 402, 'INSUFFICIENT_POINTS', false],
    [6, 422, 'AMOUNT_MISMATCH', false],
    [7, 500, 'INTERNAL', false],
    [8, 422, 'IDEMPOTENCY_KEY_REUSED', false],
    [9, 409, 'BUSY', true],
    [10, 403, 'QUEUE_WAITING', true],
    [11, 401, 'TOKEN_UNKNOWN', false],
    [12, 403, 'TOKEN_OVER', false],
    [13, 409, 'RESERVATION_CONFIRMED', false],
    [14, 409, 'PAYMENT_PENDING', true],
    [15, 410, 'RESERVATION_CANCELLED', false],
    [16, 409, 'NOT_PAID', false],
    [17, 403, 'WRONG_QUEUE', false],
  ]);
  expect(refusal(10, { position: 4 }).extra).toEqual({ position: 4 });
});

test('a request is the same whatever the order of its fields, and another when a value or its type differs', () => {
  const hash = requestHash({ reservationId: 'r', amount: 1 });
  expect(requestHash({ amount: 1, reservationId: 'r' })).toEqual(hash);
  const others: Record<string, string | number>[] = [{ reservationId: 'r', amount: 2 }, { reservationId: 'r', amount: '1' }, { reservationId: 'r' }, { reservationId: 'r', amount: 1, more: 1 }];
  for (const other of others) expect(requestHash(other)).not.toEqual(hash);
});

test.for([
  [{ code: '55P03' }, 'busy'],
  [{ code: '40P01' }, 'busy'],
  [{ code: '57014' }, 'timeout'],
  [{ message: 'Query read timeout' }, 'timeout'],
  [{ message: 'timeout exceeded when trying to connect' }, 'no-connection'],
  [{ code: '57P01' }, 'down'],
  [{ code: '53300' }, 'down'],
  [{ code: '25006' }, 'down'],
  [{ code: 'EPIPE' }, 'down'],
  [{ code: 'ECONNREFUSED' }, 'down'],
  [{ message: 'Connection terminated unexpectedly' }, 'down'],
  [{ code: '23505' }, 'bug'],
  [{ code: 'TK004' }, 'bug'],
] as const)('%o of pg is %s', ([error, failure]) => {
  expect(failureOf(error)).toBe(failure);
});
