import { expect, test } from 'vitest';
import type { ResourceRow } from '../../../harness/contracts/resources.ts';
import { Trends } from '../../../harness/metrics/measure/trends.ts';

const phases = { parts: [{ id: 'steady', startMs: 3000, endMs: 12_000 }, { id: 'fault:x', startMs: 12_000, endMs: 15_000 }, { id: 'whole', startMs: 3000, endMs: 203_000 }], loadStartMs: 0, loadEndMs: 203_000, endMs: 210_000 };
const MIB = 1024 * 1024;

function rowsOf(reading: (second: number) => Partial<ResourceRow>, process = 'api') {
  const trends = new Trends(phases);
  for (let second = 0; second < 205; second++) trends.add({ second, process, ...reading(second) });
  return (phase: string, what: string) => trends.rows().find((row) => row.phase === phase && row.what === what);
}

test('of each slot the lowest reading counts, and a slot that is cut short does not', () => {
  const of = rowsOf((second) => ({ descriptors: second % 2 === 0 ? 100 + second : 50 + second }));
  expect(of('steady', 'descriptors')?.lows).toEqual([3, 5, 7, 9].map((second) => ({ second, value: 50 + second })));
});

test('a long phase has longer slots, and no more than forty', () => {
  expect(rowsOf(() => ({ descriptors: 7 }))('whole', 'descriptors')?.lows).toHaveLength(40);
});

test('memory is what the process says it holds, and what the kernel says when it says nothing', () => {
  const gauges = { nodejs_heap_size_used_bytes: 40 * MIB, nodejs_external_memory_bytes: 2 * MIB };
  expect(rowsOf(() => ({ memoryBytes: 200 * MIB, gauges }))('steady', 'memoryMiB')?.lows[0]?.value).toBe(42);
  expect(rowsOf(() => ({ memoryBytes: 200 * MIB }))('steady', 'memoryMiB')?.lows[0]?.value).toBe(200);
});

test('a process that was started again is followed from there', () => {
  const of = rowsOf((second) => ({ descriptors: second, cpuSeconds: second < 8 ? second : second - 8 }));
  expect(of('steady', 'descriptors')?.lows.map(({ second }) => second)).toEqual([8, 9]);
});

test('servers around the service have no trend', () => {
  expect(rowsOf(() => ({ descriptors: 7 }), 'redis')('steady', 'descriptors')).toBeUndefined();
});
