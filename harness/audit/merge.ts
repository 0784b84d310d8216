import { compareText } from './compare.ts';

interface Head<T> {
  least: T;
  readonly order: number;
  readonly rest: Generator<T>;
}

/** Merges sorted pieces into one order, by a heap of what comes next in each; of equal keys the earlier piece goes first. */
export function* mergeSorted<T extends { readonly key: string }>(pieces: readonly Generator<T>[]): Generator<T> {
  const heap: Head<T>[] = [];
  for (const [order, rest] of pieces.entries()) {
    const { done, value } = rest.next();
    if (!done) heap.push({ least: value, order, rest });
  }
  for (let index = heap.length >> 1; index >= 0; index--) sink(heap, index);
  while (true) {
    const [top] = heap;
    if (top === undefined) return;
    yield top.least;
    const { done, value } = top.rest.next();
    if (!done) top.least = value;
    else {
      const last = heap.pop() as Head<T>;
      if (last === top) return;
      heap[0] = last;
    }
    sink(heap, 0);
  }
}

/** Moves one down to where none below it comes before it. */
function sink<T extends { readonly key: string }>(heap: Head<T>[], from: number): void {
  const head = heap[from];
  if (head === undefined) return;
  let index = from;
  while (true) {
    let below = 2 * index + 1;
    const [left, right] = [heap[below], heap[below + 1]];
    if (left === undefined) break;
    if (right !== undefined && before(right, left)) below++;
    const next = heap[below] as Head<T>;
    if (!before(next, head)) break;
    heap[index] = next;
    index = below;
  }
  heap[index] = head;
}

function before<T extends { readonly key: string }>(a: Head<T>, b: Head<T>): boolean {
  const order = compareText(a.least.key, b.least.key);
  return order < 0 || (order === 0 && a.order < b.order);
}
