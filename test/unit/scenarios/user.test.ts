import { describe, expect, it } from 'vitest';
import { History, outcomeOf } from '../../../scenarios/lib/history.ts';
import { freeSeat, seededRandom } from '../../../scenarios/lib/pick.ts';
import { freeSeats, seatsNotedMax } from '../../../scenarios/lib/seat-map.ts';
import { loadSettings } from '../../../scenarios/lib/settings.ts';

describe('choices', () => {
  it('are the same for the same seed and user, and others for others', () => {
    const first = (seed: number, user: number): number[] => Array.from({ length: 5 }, seededRandom(seed, user));
    expect(first(7, 1)).toEqual(first(7, 1));
    expect(first(7, 1)).not.toEqual(first(7, 2));
    expect(first(8, 1)).not.toEqual(first(7, 1));
  });

  it('spread over all free seats and never take one that is not free', () => {
    const seats = Array.from({ length: 40 }, (_, index) => ({ seatNo: index + 1, status: index % 2 === 0 ? 'AVAILABLE' : 'SOLD', price: 1 }));
    const random = seededRandom(1, 1);
    const picked = new Set(Array.from({ length: 2000 }, () => freeSeat(random, JSON.stringify({ seats }))));
    expect([...picked].sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(seats.filter(({ status }) => status === 'AVAILABLE').map(({ seatNo }) => seatNo));
    expect(freeSeat(random, '{"seats":[{"seatNo":1,"status":"SOLD"}]}')).toBeUndefined();
  });
});

describe('a seat map that is noted', () => {
  const mapOf = (count: number, isFree: (seat: number) => boolean): string => JSON.stringify({ seats: Array.from({ length: count }, (_, index) => ({ seatNo: index + 1, status: isFree(index + 1) ? 'AVAILABLE' : 'SOLD', price: 50_000 })) });
  const bitsOf = ({ first, free }: { first: number; free: string }): number[] => [...free].flatMap((digit, index) => [0, 1, 2, 3].filter((bit) => Number.parseInt(digit, 16) & (8 >> bit)).map((bit) => first + index * 4 + bit));

  it('says which seats are free, and nothing of others', () => {
    expect(freeSeats(seededRandom(1, 1), mapOf(12, (seat) => [1, 6, 12].includes(seat)))).toEqual({ first: 1, free: '841' });
    expect(freeSeats(seededRandom(1, 1), mapOf(12, () => false))).toEqual({ first: 1, free: '' });
  });

  it('is some part of a large one, each part now and then, with all that is free in it', () => {
    const isFree = (seat: number): boolean => seat % 7 === 0;
    const map = mapOf(2500, isFree);
    const random = seededRandom(1, 1);
    const noted = Array.from({ length: 40 }, () => freeSeats(random, map));
    expect(new Set(noted.map(({ first }) => first))).toEqual(new Set([1, 1025, 2049]));
    for (const each of noted) expect(bitsOf(each)).toEqual(Array.from({ length: seatsNotedMax }, (_, index) => each.first + index).filter((seat) => seat <= 2500 && isFree(seat)));
    for (const each of noted) expect(each.free.length).toBeLessThanOrEqual(256);
  });
});

describe('history', () => {
  it('notes what a look showed, from before it was asked until it was answered, and nothing when it showed nothing', () => {
    const lines: string[] = [];
    let nowMs = 5;
    const history = new History('0-1', (line) => lines.push(line), () => nowMs++);
    const answer = { status: 200, good: true, body: {} };
    history.look('u', () => answer, () => ({ of: 'reservation', reservation: 'r', saw: 'HELD' }));
    history.look('u', () => answer, () => undefined);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ e: 'look', id: '0-1-1', user: 'u', of: 'reservation', reservation: 'r', saw: 'HELD', fromMs: 5, tMs: 6 }]);
  });

  it.each([
    [201, true, 'ok'],
    [202, true, 'unknown'],
    [201, false, 'unknown'],
    [409, false, 'fail'],
    [429, false, 'fail'],
    [503, false, 'unknown'],
    [0, false, 'unknown'],
  ])('status %i with a right body: %s is %s', (status, good, outcome) => expect(outcomeOf({ status, good })).toBe(outcome));

  it('writes the invocation before the request is sent, and no completion when sending fails', () => {
    const lines: string[] = [];
    const history = new History('0-1', (line) => lines.push(line), () => 5);
    expect(() =>
      history.record({ op: 'token', user: 'u' }, () => {
        expect(lines).toHaveLength(1);
        throw new Error('interrupted');
      }),
    ).toThrow('interrupted');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([{ e: 'invoke', id: '0-1-1', op: 'token', user: 'u', tMs: 5 }]);
  });
});

it('what is sent twice at once is two operations with one key', () => {
  const lines: string[] = [];
  const history = new History('0-1', (line) => lines.push(line), () => 5);
  const answers = history.record({ op: 'pay', user: 'u', key: 'k' }, () => [{ status: 201, good: true, body: { paymentId: 'p' } }, { status: 409, good: false, body: { code: 'BUSY' } }], 2);
  expect(answers).toHaveLength(2);
  expect(lines.map((line) => JSON.parse(line) as Record<string, unknown>).map(({ e, id, key, outcome, payment }) => [e, id, key ?? outcome, payment])).toEqual([
    ['invoke', '0-1-1', 'k', undefined],
    ['invoke', '0-1-2', 'k', undefined],
    ['complete', '0-1-1', 'ok', 'p'],
    ['complete', '0-1-2', 'fail', undefined],
  ]);
});

it('settings refuse what the harness forgot and what is no number', () => {
  expect(() => loadSettings({ GATECRASH_LOAD: '{}' })).toThrow('baseUrl');
  const given = { baseUrl: 'u', seed: 1, generator: 0, startPerSecond: 1, stages: [], vusMax: 1, drainMs: 1, requestTimeoutMs: 1, history: true, settings: { thinkMs: 'soon' } };
  expect(() => loadSettings({ GATECRASH_LOAD: JSON.stringify(given) })).toThrow('thinkMs');
});
