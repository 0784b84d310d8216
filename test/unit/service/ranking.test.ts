import { expect, test } from 'vitest';
import { ranked, type Sales } from '../../../service/ranking/order.ts';

const of = (scheduleId: string, sold: number, soldOutMs: number | null = null): Sales => ({ scheduleId, sold, soldOutMs });

test('sold out comes before sold much, the fastest first; equals stand by their id', () => {
  const sales = [of('c', 5), of('most', 900), of('b', 5), of('slow', 10, 60_000), of('quick', 10, 500), of('tie-b', 20, 700), of('tie-a', 20, 700)];
  expect(ranked(sales, 10).map(({ scheduleId }) => scheduleId)).toEqual(['quick', 'tie-a', 'tie-b', 'slow', 'most', 'b', 'c']);
  expect(ranked(sales, 2).map(({ scheduleId }) => scheduleId)).toEqual(['quick', 'tie-a']);
});
