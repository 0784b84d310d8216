import { expect, test } from 'vitest';
import { redisDown } from '../../../chaos/faults/redis-down.ts';
import { watchTarget } from '../../../chaos/watch.ts';
import { Bus } from '../../../harness/contracts/bus.ts';

const canary = (bus: Bus, ok: boolean, tMs = 0): void => void bus.emit('timeline', { tMs, event: 'canary', target: 'redis', ok, latencyMs: 1 });
const counter = (bus: Bus, errorsTotal: number, tMs = 0): void => void bus.emit('timeline', { tMs, event: 'counter', target: 'redis', errorsTotal });

test('a fault is verified when the canary fails twice in a row and the service counted failures', async () => {
  const bus = new Bus();
  using watch = watchTarget(bus, 'redis', redisDown, () => 0);
  const verified = watch.untilVerified(1000);
  counter(bus, 5);
  canary(bus, false);
  canary(bus, false);
  counter(bus, 9);
  expect(await verified).toMatch(/the service counted 4 failed calls/);
});

test('a canary that fails while the service feels nothing verifies nothing', async () => {
  const bus = new Bus();
  using watch = watchTarget(bus, 'redis', redisDown, () => 0);
  const verified = watch.untilVerified(20);
  counter(bus, 5);
  canary(bus, false);
  canary(bus, false);
  counter(bus, 5);
  expect(await verified).toBeNull();
  expect(watch.lastSeen()).toMatch(/counter grew by 0/);
});

test('failures the service counts while the canary answers verify nothing', async () => {
  const bus = new Bus();
  using watch = watchTarget(bus, 'redis', redisDown, () => 0);
  const verified = watch.untilVerified(20);
  counter(bus, 5);
  canary(bus, false);
  canary(bus, true);
  canary(bus, false);
  counter(bus, 50);
  expect(await verified).toBeNull();
});

test('a fault is gone only when the canary answers and the counter has stood still for a second', async () => {
  const bus = new Bus();
  using watch = watchTarget(bus, 'redis', redisDown, () => 0);
  counter(bus, 5, 100);
  canary(bus, true, 200);
  canary(bus, true, 300);
  counter(bus, 6, 400);
  const gone = watch.untilGone(1000);
  let seen = false;
  void gone.then(() => (seen = true));
  counter(bus, 6, 1300);
  await Promise.resolve();
  expect(seen).toBe(false);
  counter(bus, 6, 1400);
  expect(await gone).toMatch(/no failed call for 1000 ms/);
});
