import { expect, test } from 'vitest';
import { createLogger } from '../../../service/logging/logger.ts';
import { LogLimit } from '../../../service/logging/log-limit.ts';

function lines(level: 'info' | 'debug' = 'info'): { log: ReturnType<typeof createLogger>; written: Record<string, unknown>[] } {
  const written: Record<string, unknown>[] = [];
  return { log: createLogger({ level, environment: 'test' }, { write: (line) => void written.push(JSON.parse(line)) }), written };
}

test('a line is one JSON object with level, time, service, environment and the fields of its event', () => {
  const { log, written } = lines();
  log.info({ event: 'queue.tokens.activated', activatedCount: 3, remainingWaiting: 7, totalDuration: 12 }, 'let in');
  expect(written).toEqual([expect.objectContaining({ level: 'info', service: 'ticketing', environment: 'test', event: 'queue.tokens.activated', activatedCount: 3, time: expect.stringMatching(/^\d{4}-.*Z$/) })]);
});

test('debug lines are off unless they are asked for', () => {
  const { log, written } = lines();
  log.debug({ event: 'distributed_lock.acquired' }, 'not written');
  expect(written).toEqual([]);
});

test.for(['authorization', 'cookie', 'x-queue-token', 'x-admin-key', 'password', 'tokenSecret', 'authKeys', 'adminKey', 'databaseUrl', 'tokenValue', 'accessToken', 'card', 'cardNumber', 'cardToken'])('%s is not written, wherever in a line it stands', (name) => {
  const { log, written } = lines();
  const secret = 'hunter2-4111111111111111';
  log.info({ [name]: secret }, 'top');
  log.info({ headers: { [name]: secret } }, 'nested');
  log.info({ request: { body: { [name]: secret } } }, 'deeper');
  expect(written).toHaveLength(3);
  expect(JSON.stringify(written)).not.toContain(secret);
  expect(JSON.stringify(written)).toContain('[redacted]');
});

test('of a flood so many lines a second are let through, and the next one tells how many were not', () => {
  const limit = new LogLimit(2);
  expect([0, 1, 2, 3, 4].map((nowMs) => limit.take(nowMs))).toEqual([0, 0, undefined, undefined, undefined]);
  expect(limit.take(1000)).toBe(3);
  expect(limit.take(1001)).toBe(0);
});
