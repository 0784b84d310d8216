import { expect, test } from 'vitest';
import { planFaults } from '../../../chaos/timeline.ts';
import type { FaultSpec } from '../../../harness/contracts/experiment.ts';

const fault: FaultSpec = { id: 'gone', kind: 'redis-down', target: 'redis', at: '10s', duration: '4s' };
const plan = (spec: Partial<FaultSpec>, seed = 1) => planFaults({ faults: [{ ...fault, ...spec }], recoverWithin: '10s' }, seed);

test('a fault that is repeated is written out; health must change at the first, recovery is timed from the last', () => {
  const planned = plan({ repeat: { times: 3, every: '9s' } });
  expect(planned.map(({ id, atMs, detects, recovers }) => ({ id, atMs, detects, recovers }))).toEqual([
    { id: 'gone-1', atMs: 10_000, detects: true, recovers: false },
    { id: 'gone-2', atMs: 19_000, detects: false, recovers: false },
    { id: 'gone-3', atMs: 28_000, detects: false, recovers: true },
  ]);
  expect(new Set(planned.map(({ watch }) => watch)).size).toBe(1);
});

test('a random moment is in its window, the same for the same seed, and another for another', () => {
  const at = { from: '10s', to: '20s' };
  const moments = Array.from({ length: 50 }, (_none, seed) => plan({ at }, seed)[0]?.atMs ?? 0);
  expect(moments.every((ms) => ms >= 10_000 && ms <= 20_000)).toBe(true);
  expect(new Set(moments).size).toBeGreaterThan(40);
  expect(plan({ at }, 7)).toEqual(plan({ at }, 7));
});

test('of a fault that must not show in health nothing is to be detected', () => {
  for (const health of ['up', 'any'] as const) expect(plan({ expect: { health } })[0]?.detects).toBe(false);
  expect(plan({ expect: { health: 'degraded' } })[0]?.detects).toBe(true);
});

test('a bound of its own on recovery goes before that of the experiment', () => {
  expect(plan({})[0]?.recoverWithinMs).toBe(10_000);
  expect(plan({ recoverWithin: '20s' })[0]?.recoverWithinMs).toBe(20_000);
});
