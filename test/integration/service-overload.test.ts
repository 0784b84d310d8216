import { request as httpRequest } from 'node:http';
import { expect, inject, test } from 'vitest';
import { eventually, startTestService } from '../support/service.ts';

/** What keeps the event loop from everything else. */
function block(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

test('a process that cannot keep up refuses at once, but not health and metrics; afterwards it serves by itself', async () => {
  await using shop = await startTestService(inject('stack'), { settings: { SHED_DELAY_MS: '500', SHED_UTILIZATION_PERCENT: '50' } });
  const seats = () => shop.service.app.inject('/concerts/schedules/schedule_1/seats');
  expect((await seats()).statusCode).toBe(200);
  block(1500);
  const refused = await eventually('it refuses', async () => {
    const answer = await seats();
    return answer.statusCode === 503 && answer;
  });
  expect(refused.headers['retry-after']).toBe('1');
  expect(refused.json()).toMatchObject({ code: 'OVERLOADED', retryable: true });
  expect((await shop.service.app.inject('/health')).statusCode).toBe(200);
  expect(await shop.metric('load_shed_total{reason="event_loop"}')).toBe(1);
  await eventually('it serves again', async () => (await seats()).statusCode === 200, 3000);
});

test('more requests at once than it may answer are refused, and those who hang up are not counted for ever', async () => {
  await using shop = await startTestService(inject('stack'), { settings: { SHED_IN_FLIGHT_MAX: '3' } });
  const { app } = shop.service;
  const base = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  await shop.postgres.hang();
  try {
    // Three that wait for the database; each hangs up before it is answered.
    const waiting = Array.from({ length: 3 }, (_, index) =>
      httpRequest(new URL('/queue/token', base), { method: 'POST', headers: { 'content-type': 'application/json' } })
        .on('error', () => undefined)
        .end(JSON.stringify({ userId: `waits-${index}` })),
    );
    await eventually('three are in flight, and this look', async () => (await shop.metric('http_requests_in_flight')) > 3);
    const refused = await app.inject('/concerts/schedules/schedule_1/seats');
    expect(refused.json()).toMatchObject({ status: 503, code: 'OVERLOADED' });
    expect((await app.inject('/health/live')).statusCode).toBe(200);
    expect(await shop.metric('load_shed_total{reason="in_flight"}')).toBe(1);
    for (const request of waiting) request.destroy();
    await eventually('none is in flight', async () => (await shop.metric('http_requests_in_flight')) <= 1, 1000);
  } finally {
    await shop.postgres.heal();
  }
  await eventually('it serves', async () => (await app.inject('/concerts/schedules/schedule_1/seats')).statusCode === 200, 3000);
});
