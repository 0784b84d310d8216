import { expect, test } from 'vitest';
import { Progress } from '../../../service/consumers/progress.ts';

const staleMs = 30_000;
const at = (committed: number, lag: number, partition = 0) => [{ topic: 't', partition, lag, committed }];

function member(): Progress {
  const progress = new Progress();
  progress.begin();
  progress.assigned({ t: [0] });
  return progress;
}

test('messages wait and none is taken for 30 s: the consumer has gone silent', () => {
  const progress = member();
  expect(progress.stuck(at(5, 3), 0, staleMs)).toBeUndefined();
  expect(progress.stuck(at(5, 9), 29_999, staleMs)).toBeUndefined();
  expect(progress.stuck(at(5, 9), 30_000, staleMs)).toMatchObject({ partition: 0, lag: 9 });
});

test('a consumer that gets on, has nothing to do, works on a batch, or was just given the partition is not silent', () => {
  const slow = member();
  slow.stuck(at(5, 3), 0, staleMs);
  expect(slow.stuck(at(6, 300), 40_000, staleMs)).toBeUndefined();
  expect(slow.stuck(at(6, 0), 80_000, staleMs)).toBeUndefined();
  expect(slow.stuck(at(6, 1), 120_000, staleMs)).toBeUndefined();
  slow.moved('t', 0, 140_000);
  expect(slow.stuck(at(6, 1), 160_000, staleMs)).toBeUndefined();
  slow.assigned({ t: [0] });
  expect(slow.stuck(at(6, 1), 170_000, staleMs)).toBeUndefined();
});

test('partitions of other members are their business', () => {
  const progress = member();
  for (const nowMs of [0, 60_000]) expect(progress.stuck(at(5, 3, 1), nowMs, staleMs)).toBeUndefined();
});
