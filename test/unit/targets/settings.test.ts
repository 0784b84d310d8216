import { expect, test } from 'vitest';
import { admissionSettings, seatMapAgeMsMax } from '../../../harness/targets/ticketing/settings.ts';
import { parseConfig } from '../../../service/config.ts';

const shipped = parseConfig({ DATABASE_URL: 'postgresql://app@127.0.0.1:5432/tickets', REDIS_URL: 'redis://127.0.0.1', KAFKA_BROKERS: 'a:9092', GATEWAY_URL: 'http://127.0.0.1:4000', TOKEN_SECRET: 'sixteen letters!' });

test('a plan that says nothing has what the service ships with', () => {
  expect(admissionSettings({})).toEqual({ cap: shipped.queueActiveCap, ratePerSecond: shipped.queueAdmissionPerSecond });
  expect(seatMapAgeMsMax({})).toBe(shipped.statementTimeoutMs + shipped.cacheSeatsMs * shipped.cacheSlowTtlFactor + shipped.cacheLocalMs);
});

test('a plan names what differs', () => {
  expect(admissionSettings({ QUEUE_ACTIVE_CAP: '2000', HOLD_SECONDS: '60' })).toEqual({ cap: 2000, ratePerSecond: 10 });
  expect(seatMapAgeMsMax({ CACHE_SEATS_MS: '200', CACHE_SLOW_TTL_FACTOR: '3', CACHE_LOCAL_MS: '0' })).toBe(1600);
});

test.each(['many', '', ' '])('a rate of "%s" is an error that names the setting', (text) => {
  expect(() => admissionSettings({ QUEUE_ADMISSION_PER_SECOND: text })).toThrow('QUEUE_ADMISSION_PER_SECOND');
});
