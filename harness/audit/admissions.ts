import type { LedgerRow } from '../contracts/ledger.ts';
import { compareText } from './compare.ts';

/** In the order in which they count at one instant: those who leave go first, and nobody is admitted before coming. */
const changes = ['ended', 'came', 'admitted', 'gave-up'] as const;
type Change = (typeof changes)[number];

/** The place with this number in this queue comes, becomes active, stops being so, or gives up waiting. */
export interface AdmissionEdge {
  readonly scope: string;
  readonly seq: number;
  readonly tMs: number;
  readonly change: Change;
}

/**
 * Plays what happened in each queue in the order of time. Places come queue by queue, as their file is sorted; of one queue
 * at a time it keeps two numbers an edge, 48 bytes a place at most.
 */
export class AdmissionSweep {
  readonly #see: (edge: AdmissionEdge) => void;
  #scope: string | undefined;
  #times: number[] = [];
  /** Number of the place and what happened, in one number. */
  #codes: number[] = [];

  constructor(see: (edge: AdmissionEdge) => void) {
    this.#see = see;
  }

  /** Throws when a queue comes back that is over. */
  add({ scope, seq, issuedMs, admittedMs, expiresMs, doneMs }: LedgerRow<'places'>): void {
    if (scope !== this.#scope) {
      if (this.#scope !== undefined && compareText(scope, this.#scope) < 0) throw new Error(`rows are not sorted: ${JSON.stringify(scope)} comes after ${JSON.stringify(this.#scope)}`);
      this.end();
      this.#scope = scope;
    }
    this.#note(seq, 'came', issuedMs);
    const endMs = Math.min(expiresMs ?? Number.POSITIVE_INFINITY, doneMs ?? Number.POSITIVE_INFINITY);
    const ends = endMs < Number.POSITIVE_INFINITY;
    if (admittedMs !== null) this.#note(seq, 'admitted', admittedMs);
    // Never before its start, or the sweep would count a place as less than none.
    if (ends) this.#note(seq, admittedMs === null ? 'gave-up' : 'ended', admittedMs === null ? endMs : Math.max(admittedMs + 1, endMs));
  }

  /** Plays the queue that is still kept. */
  end(): void {
    const [scope, times, codes] = [this.#scope, this.#times, this.#codes];
    if (scope === undefined) return;
    const changeAt = (index: number): number => (codes[index] as number) % changes.length;
    const order = Uint32Array.from(times.keys()).sort((a, b) => (times[a] as number) - (times[b] as number) || changeAt(a) - changeAt(b) || a - b);
    for (const index of order) this.#see({ scope, seq: Math.floor((codes[index] as number) / changes.length), tMs: times[index] as number, change: changes[changeAt(index)] as Change });
    this.#times = [];
    this.#codes = [];
    this.#scope = undefined;
  }

  #note(seq: number, change: Change, tMs: number): void {
    this.#times.push(tMs);
    this.#codes.push(seq * changes.length + changes.indexOf(change));
  }
}
