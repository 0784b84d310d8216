import { toTheEnd } from '../request-scope.ts';

/** One call in flight per key: whoever asks meanwhile gets the same answer. It is nobody's own, so it has nobody's deadline. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Promise<T>>();

  run(key: string, load: () => Promise<T>): Promise<T> {
    const going = this.#flights.get(key);
    if (going) return going;
    const flight = toTheEnd(load).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight;
  }

  /** Whoever asks from now on does not get the answer of the call in flight. */
  forget(key: string): void {
    this.#flights.delete(key);
  }
}
