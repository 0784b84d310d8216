import Fastify from 'fastify';
import { expect, test } from 'vitest';
import type { Live } from '../../../service/live/live.ts';
import { defaultLiveSettings, parseLiveSettings, type LiveSettings } from '../../../service/live/settings.ts';
import { createMetrics } from '../../../service/metrics/metrics.ts';
import { noTracing } from '../../../service/tracing/tracing.ts';
import { problems } from '../../../service/plugins/problems.ts';
import { routeOff } from '../../../service/plugins/route-off.ts';
import { visit } from '../../../service/plugins/visit.ts';

test('what is not stored has its default, and what this version does not know is refused as a whole', () => {
  expect(parseLiveSettings({})).toEqual(defaultLiveSettings);
  expect(parseLiveSettings({ rateLimitFactor: 0.5 })).toEqual({ ...defaultLiveSettings, rateLimitFactor: 0.5 });
  for (const wrong of [{ rateLimitFactor: 0 }, { rateLimitFactor: 2 }, { routesOff: ['payments'] }, { surprise: 1 }]) expect(() => parseLiveSettings(wrong), JSON.stringify(wrong)).toThrow('live settings');
});

test('a group that is switched off answers 503 with the time to come back; others, and afterwards the group too, answer as ever', async () => {
  const live: { current: LiveSettings } = { current: { ...defaultLiveSettings, routesOff: ['ranking'] } };
  const app = Fastify();
  await app.register(visit, { requestTimeoutMs: 2000, metrics: createMetrics(), tracing: noTracing });
  await app.register(problems);
  await app.register(routeOff, { live: live as Live });
  app.get('/ranking', { config: { group: 'ranking' } }, () => 'ranking');
  app.get('/seats', () => 'seats');
  const refused = await app.inject('/ranking');
  expect(refused.statusCode).toBe(503);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(refused.json()).toMatchObject({ code: 'ROUTE_OFF', retryable: true });
  expect((await app.inject('/seats')).statusCode).toBe(200);
  live.current = defaultLiveSettings;
  expect((await app.inject('/ranking')).statusCode).toBe(200);
  await app.close();
});
