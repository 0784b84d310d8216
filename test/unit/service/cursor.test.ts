import { expect, test } from 'vitest';
import { cursorOf, positionOf } from '../../../service/domain/cursor.ts';
import { Problem } from '../../../service/domain/problem.ts';

test('a cursor leads back to where its page ended', () => {
  for (const position of [{ at: '2026-11-21T12:00:00.123456Z', id: 'concert_1' }, { at: 'infinity', id: 'a.b:c-d' }, { at: '2028-02-29T23:59:59.999999Z', id: 'x' }]) {
    expect(positionOf(cursorOf(position))).toEqual(position);
    expect(cursorOf(position)).toMatch(/^[\w-]+$/);
  }
});

test.for(['', 'x', '2026-11-21T12:00:00.123456Z', '2026-02-30T00:00:00.000000Z a', '2026-13-01T00:00:00.000000Z a', '2026-11-21T12:00:00.123Z a', '-infinity a', '2026-11-21T12:00:00.123456Z a b', "2026-11-21T12:00:00.123456Z '; DROP", `infinity ${'a'.repeat(101)}`])(
  'what is not a place in a list (%s) is refused before it comes to the database',
  (text) => {
    const refused = () => positionOf(Buffer.from(text).toString('base64url'));
    expect(refused).toThrow(Problem);
    expect(refused).toThrow(expect.objectContaining({ status: 422 }));
  },
);

test('one cursor stands for one place: another spelling of it is refused', () => {
  expect(() => positionOf(`${cursorOf({ at: 'infinity', id: 'abc' })}=`)).toThrow(Problem);
});
