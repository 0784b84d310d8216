import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startLoop } from '../../../service/workers/loop.ts';

const log = pino({ level: 'silent' });
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

test('a round follows the last after the pause it asked for', async () => {
  const round = vi.fn(async () => 1000);
  const loop = startLoop('test', log, round);
  expect(round).toHaveBeenCalledTimes(1);
  await pass(999);
  expect(round).toHaveBeenCalledTimes(1);
  await pass(1);
  expect(round).toHaveBeenCalledTimes(2);
  await loop.stop();
});

test('however often it is woken while it runs, one more round follows', async () => {
  const ends: (() => void)[] = [];
  const round = vi.fn(() => new Promise<number>((resolve) => ends.push(() => resolve(60_000))));
  const loop = startLoop('test', log, round);
  for (let i = 0; i < 50; i++) loop.wake();
  ends[0]?.();
  await pass(1);
  expect(round).toHaveBeenCalledTimes(2);
  ends[1]?.();
  await pass(1000);
  expect(round).toHaveBeenCalledTimes(2);
  await loop.stop();
});

test('wake-ups that never end leave it its rest, and do not put the round off', async () => {
  const round = vi.fn(async () => 60_000);
  const loop = startLoop('test', log, round, { restMs: 20 });
  for (let ms = 0; ms < 200; ms++) {
    loop.wake();
    await pass(1);
  }
  expect(round.mock.calls.length).toBeGreaterThanOrEqual(9);
  expect(round.mock.calls.length).toBeLessThanOrEqual(11);
  await loop.stop();
});

test('a round that fails throws nowhere, is logged once, and is tried again after its pause, woken or not', async () => {
  const warn = vi.spyOn(log, 'warn');
  const round = vi.fn(async (): Promise<number> => {
    throw new Error('no database');
  });
  const loop = startLoop('test', log, round, { retryMs: 500 });
  await pass(0);
  for (let i = 0; i < 10; i++) loop.wake();
  await pass(499);
  expect(round).toHaveBeenCalledTimes(1);
  await pass(1001);
  expect(round).toHaveBeenCalledTimes(4);
  expect(warn).toHaveBeenCalledTimes(1);
  await loop.stop();
});

test('stopping waits for the round and no other follows', async () => {
  let end: (() => void) | undefined;
  const round = vi.fn(() => new Promise<number>((resolve) => (end = () => resolve(0))));
  const loop = startLoop('test', log, round);
  let stopped = false;
  const stopping = loop.stop().then(() => (stopped = true));
  await pass(1000);
  expect(stopped).toBe(false);
  end?.();
  await stopping;
  loop.wake();
  await pass(1000);
  expect(round).toHaveBeenCalledTimes(1);
});
