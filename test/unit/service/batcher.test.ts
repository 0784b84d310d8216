import { expect, test } from 'vitest';
import { Batcher } from '../../../service/domain/batcher.ts';
import { SingleFlight } from '../../../service/domain/single-flight.ts';

/** Batches that end when the test says so. */
function heldBack(sizeMax: number) {
  const batches: { items: readonly number[]; finish: PromiseWithResolvers<void> }[] = [];
  const batcher = new Batcher<number, string>(async (items) => {
    const finish = Promise.withResolvers<void>();
    batches.push({ items, finish });
    await finish.promise;
    return items.map((item) => `${item}!`);
  }, sizeMax);
  return { batcher, batches };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('alone an item goes at once; what comes meanwhile goes together, at most so many', async () => {
  const { batcher, batches } = heldBack(3);
  const outputs = [1, 2, 3, 4, 5].map((item) => batcher.add(item));
  expect(batches.map(({ items }) => items)).toEqual([[1]]);
  for (let index = 0; index < 3; index++) {
    batches[index]?.finish.resolve();
    await settled();
  }
  expect(batches.map(({ items }) => items)).toEqual([[1], [2, 3, 4], [5]]);
  expect(await Promise.all(outputs)).toEqual(['1!', '2!', '3!', '4!', '5!']);
});

test('a batch that fails fails its own items only', async () => {
  const { batcher, batches } = heldBack(10);
  const [first, second] = [batcher.add(1), batcher.add(2)];
  batches[0]?.finish.reject(new Error('no database'));
  await expect(first).rejects.toThrow('no database');
  await settled();
  batches[1]?.finish.resolve();
  expect(await second).toBe('2!');
});

test('whoever asks while one is asked already shares its answer, also a failure, and the next asks anew', async () => {
  const flights = new SingleFlight<number>();
  let asked = 0;
  const ask = (key: string) => flights.run(key, async () => {
    await settled();
    if (++asked === 1) throw new Error('once');
    return asked;
  });
  const together = await Promise.allSettled([ask('a'), ask('a'), ask('a')]);
  expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual([2, 2, 3]);
});
