import { describe, expect, test, vi } from 'vitest';
import { decode, encode, entryOf } from '../../../service/cache/entry.ts';
import { LateDeletes } from '../../../service/cache/late-deletes.ts';
import { LoadTimes } from '../../../service/cache/load-times.ts';
import type { CacheStore } from '../../../service/cache/store.ts';
import { SingleFlight } from '../../../service/domain/single-flight.ts';

describe('an entry', () => {
  test('comes back from its value as it was, whatever its text', () => {
    for (const text of ['{}', '{"title":"별이 빛나는 밤 🌟"}', `{"long":"${'x'.repeat(5000)}"}`]) {
      const entry = entryOf(text, 1_795_262_335_636.4);
      const back = decode(encode(entry));
      expect(back).toEqual({ ...entry, renewAtMs: 1_795_262_335_636 });
      expect(back.text.toString()).toBe(text);
    }
  });

  test('has the same etag for the same text, at whatever time it was read', () => {
    expect(entryOf('{"a":1}', 1).etag).toBe(entryOf('{"a":1}', 2).etag);
    expect(entryOf('{"a":1}', 1).etag).not.toBe(entryOf('{"a":2}', 1).etag);
    expect(entryOf('', 1).etag).toMatch(/^W\/"[\w-]{22}"$/);
  });
});

test('loads count as slow after some slow ones, not after one, and as quick again after some quick ones', () => {
  const times = new LoadTimes(200, 3);
  times.observe(500);
  expect(times.ttlFactor).toBe(1);
  for (let load = 0; load < 5; load++) times.observe(500);
  expect(times.ttlFactor).toBe(3);
  for (let load = 0; load < 10; load++) times.observe(5);
  expect(times.ttlFactor).toBe(1);
});

describe('deletes that Redis did not take', () => {
  /** Takes deletes when `up`, and remembers them. */
  class FakeStore {
    up = false;
    readonly done: string[] = [];
    forget(area: string, ...ids: string[]): Promise<void> {
      return this.#take(...ids.map((id) => `${area} ${id}`));
    }
    forgetArea(area: string): Promise<void> {
      return this.#take(area);
    }
    async #take(...names: string[]): Promise<void> {
      if (!this.up) throw new Error('redis is gone');
      this.done.push(...names);
    }
  }
  const late = (store: FakeStore): LateDeletes => new LateDeletes(store as unknown as CacheStore);

  test('are done when it is back, each once', async () => {
    vi.useFakeTimers();
    const store = new FakeStore();
    const deletes = late(store);
    for (const id of ['a', 'b', 'a']) deletes.add('concert', id);
    deletes.add('seats', 's');
    deletes.add('ranking');
    await vi.advanceTimersByTimeAsync(5000);
    expect(store.done).toEqual([]);
    store.up = true;
    await vi.advanceTimersByTimeAsync(1000);
    expect(store.done.toSorted()).toEqual(['concert a', 'concert b', 'ranking', 'seats s']);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('that are very many become the whole area', async () => {
    vi.useFakeTimers();
    const store = new FakeStore();
    const deletes = late(store);
    for (let n = 0; n < 5000; n++) deletes.add('seats', `schedule_${n}`);
    store.up = true;
    await vi.advanceTimersByTimeAsync(1000);
    expect(store.done).toEqual(['seats']);
    vi.useRealTimers();
  });

  test('are given up when the service closes', async () => {
    vi.useFakeTimers();
    const deletes = late(new FakeStore());
    deletes.add('seats', 'a');
    deletes.close();
    deletes.add('seats', 'b');
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});

test('who asks after a call in flight is forgotten gets a call of its own, and the old one does not end the new', async () => {
  const flights = new SingleFlight<string>();
  const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
  const before = flights.run('k', () => first.promise);
  flights.forget('k');
  const after = flights.run('k', () => second.promise);
  first.resolve('old');
  expect(await before).toBe('old');
  const shared = flights.run('k', async () => 'a third call');
  second.resolve('new');
  expect(await Promise.all([after, shared])).toEqual(['new', 'new']);
});
