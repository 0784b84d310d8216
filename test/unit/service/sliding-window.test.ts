import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientAddress } from '../../../service/protection/client-address.ts';
import { allowanceOf, slotsAt, type Slots } from '../../../service/protection/sliding-window.ts';

const windowMs = 1000;

/** Calls at these times (ascending, ms); those that were allowed. */
function allowedOf(times: readonly number[], max: number): number[] {
  let slots: Slots | undefined;
  return times.filter((nowMs) => {
    slots = slotsAt(slots, nowMs, windowMs);
    if (allowanceOf(slots, max, nowMs, windowMs).left < 1) return false;
    slots = { ...slots, present: slots.present + 1 };
    return true;
  });
}

const times = fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 200 }).map((list) => list.toSorted((a, b) => a - b));
const max = fc.integer({ min: 1, max: 20 });

test('no slot takes more than the limit, and no window more than twice as many', () => {
  fc.assert(
    fc.property(times, max, (list, limit) => {
      const allowed = allowedOf(list, limit);
      for (const startMs of allowed) {
        expect(allowed.filter((ms) => ms >= startMs && ms < startMs + windowMs).length).toBeLessThanOrEqual(2 * limit - 1 || 1);
        const slot = Math.floor(startMs / windowMs);
        expect(allowed.filter((ms) => Math.floor(ms / windowMs) === slot).length).toBeLessThanOrEqual(limit);
      }
    }),
  );
});

test('an even stream just within the limit is never refused for long: a quiet window gives all of it back', () => {
  const first = Array.from({ length: 10 }, (_, index) => index);
  const afterwards = first.map((ms) => ms + 2 * windowMs);
  expect(allowedOf([...first, ...afterwards], 10)).toEqual([...first, ...afterwards]);
});

test('a burst over the edge of a slot counts as what it is: most of the burst before it still counts', () => {
  const before = Array.from({ length: 10 }, () => 990);
  const after = Array.from({ length: 10 }, () => 1010);
  expect(allowedOf([...before, ...after], 10)).toEqual(before);
});

test('after the wait that a refusal names the call is allowed, and one ms before it is not', () => {
  fc.assert(
    fc.property(fc.record({ slot: fc.constant(5), present: fc.integer({ min: 0, max: 20 }), before: fc.integer({ min: 0, max: 20 }) }), max, fc.integer({ min: 5000, max: 5999 }), (slots, limit, nowMs) => {
      const { left, waitMs } = allowanceOf(slots, limit, nowMs, windowMs);
      fc.pre(left < 1);
      const later = (ms: number): number => allowanceOf(slotsAt(slots, nowMs + ms, windowMs), limit, nowMs + ms, windowMs).left;
      expect(waitMs).toBeGreaterThan(0);
      expect(later(waitMs)).toBeGreaterThanOrEqual(1);
      if (waitMs > 1) expect(later(waitMs - 2)).toBeLessThan(1);
    }),
  );
});

test.for([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['not an address', '192.0.2.1'],
])('%s is counted as %s', ([ip, expected]) => {
  expect(clientAddress(ip!, '192.0.2.1')).toBe(expected);
});
