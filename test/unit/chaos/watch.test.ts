import { expect, test } from 'vitest';
import type { Sign } from '../../../chaos/signs.ts';
import { watchFault, type Watched } from '../../../chaos/watch.ts';
import { Bus } from '../../../harness/contracts/bus.ts';

const sign: Pick<Sign, 'what' | 'rule'> = { what: 'failed calls to redis', rule: 'grows' };
const redisDown: Watched = { watch: 'redis-down redis', shows: 'always', sign };
const look = (bus: Bus, holds: boolean, tMs = 0): void => void bus.emit('timeline', { tMs, event: 'canary', watch: 'redis-down redis', ok: !holds, holds, latencyMs: 1 });
const read = (bus: Bus, value: number, tMs = 0): void => void bus.emit('timeline', { tMs, event: 'sign', watch: 'redis-down redis', value });

test('a fault is verified when the canary shows it twice in a row and the count has moved', async () => {
  const bus = new Bus();
  using watch = watchFault(bus, redisDown, () => 0);
  const verified = watch.untilVerified(1000);
  read(bus, 5);
  look(bus, true);
  look(bus, true);
  read(bus, 9);
  expect(await verified).toBe('canary failed; failed calls to redis: +4');
});

test('a canary that shows it while the second witness saw nothing verifies nothing', async () => {
  const bus = new Bus();
  using watch = watchFault(bus, redisDown, () => 0);
  const verified = watch.untilVerified(20);
  read(bus, 5);
  look(bus, true);
  look(bus, true);
  read(bus, 5);
  expect(await verified).toBeNull();
  expect(watch.lastSeen()).toMatch(/failed calls to redis: \+0/);
});

test('a count that moves while the canary is as always verifies nothing', async () => {
  const bus = new Bus();
  using watch = watchFault(bus, redisDown, () => 0);
  const verified = watch.untilVerified(20);
  read(bus, 5);
  look(bus, true);
  look(bus, false);
  look(bus, true);
  read(bus, 50);
  expect(await verified).toBeNull();
});

test('one look is enough of a fault that is over in a moment, or hits a part of the requests', async () => {
  const bus = new Bus();
  using watch = watchFault(bus, { ...redisDown, shows: 'once' }, () => 0);
  const verified = watch.untilVerified(1000);
  read(bus, 5);
  look(bus, true);
  look(bus, false);
  read(bus, 6);
  expect(await verified).toMatch(/\+1/);
});

test('a count that had moved for good before the first reading of the fault grows from the last reading before it', async () => {
  const bus = new Bus();
  using watch = watchFault(bus, { ...redisDown, shows: 'once' }, () => 0);
  read(bus, 5);
  look(bus, true);
  watch.begin();
  const verified = watch.untilVerified(1000);
  read(bus, 6);
  look(bus, true);
  expect(await verified).toMatch(/\+1/);
});

test('what was seen before the fault verifies nothing', async () => {
  const bus = new Bus();
  using watch = watchFault(bus, { ...redisDown, shows: 'once' }, () => 0);
  read(bus, 5);
  read(bus, 6);
  look(bus, true);
  watch.begin();
  const verified = watch.untilVerified(20);
  look(bus, true);
  read(bus, 6);
  expect(await verified).toBeNull();
});

test('a fault is gone only when the canary is as always and the count has stood still for a second', async () => {
  const bus = new Bus();
  using watch = watchFault(bus, redisDown, () => 0);
  read(bus, 5, 100);
  look(bus, false, 200);
  look(bus, false, 300);
  read(bus, 6, 400);
  const gone = watch.untilGone(1000);
  let seen = false;
  void gone.then(() => (seen = true));
  read(bus, 6, 1300);
  await Promise.resolve();
  expect(seen).toBe(false);
  read(bus, 6, 1400);
  expect((await gone)?.evidence).toMatch(/none for 1000 ms/);
});

test('a level must reach its bound while the fault holds, and be below it again when it is gone', async () => {
  const bus = new Bus();
  using watch = watchFault(bus, { ...redisDown, sign: { what: 'connections in use', rule: { reaches: 10 } } }, () => 0);
  const verified = watch.untilVerified(1000);
  look(bus, true);
  look(bus, true);
  read(bus, 9);
  read(bus, 10);
  expect(await verified).toBe('canary failed; connections in use: 10');
  look(bus, false);
  look(bus, false);
  expect(await watch.untilGone(20)).toBeNull();
  const gone = watch.untilGone(1000);
  read(bus, 3);
  expect((await gone)?.evidence).toMatch(/connections in use: 3/);
});

test('what has piled up need not be worked on before the fault counts as gone', async () => {
  const bus = new Bus();
  using watch = watchFault(bus, { ...redisDown, sign: { what: 'events not sent', rule: { reaches: 10 }, calms: false } }, () => 0);
  read(bus, 90);
  look(bus, false);
  look(bus, false);
  expect((await watch.untilGone(1000))?.evidence).toMatch(/canary answered/);
});

test('when the second witness is silent its substitute verifies, and has no say in whether the fault is gone', async () => {
  const bus = new Bus();
  using watch = watchFault(bus, { ...redisDown, sign: { ...sign, otherwise: { what: 'bad requests of users' } } }, () => 0);
  const told = (otherwise: number, tMs = 0): void => void bus.emit('timeline', { tMs, event: 'sign', watch: 'redis-down redis', value: 5, otherwise });
  told(7);
  watch.begin();
  const verified = watch.untilVerified(1000);
  look(bus, true);
  look(bus, true);
  told(10);
  expect(await verified).toBe('canary failed; failed calls to redis: +0; bad requests of users: +3');
  const gone = watch.untilGone(1000);
  look(bus, false);
  look(bus, false);
  told(20, 2000);
  expect(await gone).toEqual({ evidence: expect.stringMatching(/^canary answered/) });
});

test('a service whose own calls go on failing when the target answers again lags behind; a target that does not answer is not gone', async () => {
  const bus = new Bus();
  using watch = watchFault(bus, { ...redisDown, sign: { ...sign, ownCalls: true } }, () => 0);
  read(bus, 5);
  look(bus, true);
  expect(await watch.untilGone(20)).toBeNull();
  look(bus, false);
  look(bus, false);
  const gone = watch.untilGone(20);
  read(bus, 9, 500);
  expect(await gone).toEqual({ evidence: 'canary answered in 1.0 ms', lags: 'failed calls to redis: still more of them 0.02 s after the undo' });
});

test('what others than the service count goes on because the fault does', async () => {
  const bus = new Bus();
  using watch = watchFault(bus, redisDown, () => 0);
  look(bus, false);
  look(bus, false);
  read(bus, 9, 500);
  expect(await watch.untilGone(20)).toBeNull();
});
