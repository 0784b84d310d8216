import { outsideRequests } from '../request-scope.ts';

interface Waiter<I, O> {
  readonly item: I;
  readonly resolve: (output: O) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Natural micro-batching: while one batch is in flight the next gathers. Alone, an item goes at once;
 * under load the batch grows by itself, up to `sizeMax`.
 */
export class Batcher<I, O> {
  readonly #run: (items: readonly I[]) => Promise<readonly O[]>;
  readonly #sizeMax: number;
  #waiting: Waiter<I, O>[] = [];
  #inFlight = false;

  /** `run` gives one output for each item, in the same order. */
  constructor(run: (items: readonly I[]) => Promise<readonly O[]>, sizeMax: number) {
    this.#run = run;
    this.#sizeMax = sizeMax;
  }

  add(item: I): Promise<O> {
    const { promise, resolve, reject } = Promise.withResolvers<O>();
    this.#waiting.push({ item, resolve, reject });
    if (!this.#inFlight) void outsideRequests(() => this.#flush());
    return promise;
  }

  async #flush(): Promise<void> {
    this.#inFlight = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#sizeMax);
      try {
        const outputs = await this.#run(batch.map((waiter) => waiter.item));
        batch.forEach((waiter, index) => waiter.resolve(outputs[index]!));
      } catch (error) {
        for (const waiter of batch) waiter.reject(error);
      }
    }
    this.#inFlight = false;
  }
}
