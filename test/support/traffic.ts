import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LatencyCounts } from '../../reports/stats/histogram.ts';
import type { Bus } from '../../harness/contracts/bus.ts';
import type { StatusClass } from '../../harness/contracts/endpoint.ts';

const TIMEOUT_MS = 3000;
const ADMISSION_TRIES = 10;
const ADMISSION_PAUSE_MS = 300;

/** A few users a second who enter, look, reserve, charge and pay, and tell the bus as the fold does; until it is disposed. */
export function startTraffic(bus: Bus, apiUrl: string, { perSecond = 10, schedules = 1, seats = 2000, pay = 'POINT' as 'POINT' | 'CARD' } = {}): Disposable {
  let users = 0;
  const seen = new Map<StatusClass, LatencyCounts>();
  const call = async (method: string, path: string, token?: string, body?: object): Promise<{ status: number; json: Record<string, unknown> }> => {
    const startMs = performance.now();
    const headers = { ...(token && { 'x-queue-token': token }), ...(body && { 'content-type': 'application/json' }), ...(method === 'POST' && { 'idempotency-key': randomUUID() }) };
    const answer = await fetch(`${apiUrl}${path}`, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS), ...(body && { body: JSON.stringify(body) }) })
      .then(async (response) => ({ status: response.status, json: (await response.json()) as Record<string, unknown> }))
      .catch((error: unknown) => ({ status: (error as Error).name === 'TimeoutError' ? -1 : 0, json: {} }));
    const name: StatusClass = answer.status === -1 ? 'timeout' : answer.status === 0 ? 'network' : answer.status >= 500 ? '5xx' : answer.status >= 400 ? '4xx' : '2xx';
    const counts = seen.get(name) ?? new LatencyCounts();
    seen.set(name, counts);
    counts.add(Math.round((performance.now() - startMs) * 1000), 1);
    return answer;
  };
  const visit = async (): Promise<void> => {
    const user = users++;
    const schedule = `schedule_${(user % schedules) + 1}`;
    const token = (await call('POST', '/queue/token', undefined, { userId: `user-${user}` })).json['tokenValue'] as string | undefined;
    if (token === undefined) return;
    await call('GET', `/concerts/schedules/${schedule}/seats`, token);
    await call('POST', '/points/charge', token, { amount: 50_000 });
    const reserve = () => call('POST', '/reservations', token, { scheduleId: schedule, seatNo: (Math.floor(user / schedules) % seats) + 1 });
    let reservation = await reserve();
    // With a worker of its own, admission comes a moment after the token.
    for (let tries = 1; reservation.status === 403 && tries < ADMISSION_TRIES; tries++) {
      await sleep(ADMISSION_PAUSE_MS);
      reservation = await reserve();
    }
    const reservationId = reservation.json['reservationId'] as string | undefined;
    if (reservationId !== undefined) await call('POST', '/payments', token, { reservationId, amount: 50_000, ...(pay === 'CARD' && { method: 'CARD' }) });
  };
  const arriving = setInterval(() => void visit(), 1000 / perSecond);
  const closing = setInterval(() => {
    const second = Math.floor(Date.now() / 1000) - 1;
    for (const [name, counts] of seen) bus.emit('series', { second, generator: 0, endpoint: '*', class: name, faults: [], count: counts.total, histogram: counts.encode() });
    seen.clear();
    bus.emit('second-closed', second);
  }, 1000);
  return {
    [Symbol.dispose]: () => {
      clearInterval(arriving);
      clearInterval(closing);
    },
  };
}
