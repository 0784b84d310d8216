/**
 * What a kind of fault declares about itself, as data. The table of all kinds is `chaos/faults/index.ts`.
 * The harness gives `env`; the fault never reaches for the world otherwise.
 */
export interface FaultKindInfo {
  readonly kind: string;
  readonly summary: string;
  /** Names of the targets it can act on, e.g. "redis". */
  readonly targets: readonly string[];
  /** What a canary must see while the fault holds; printed on the fault card. */
  readonly promise: string;
}

/**
 * An undo as data: it is on disk before the fault is applied, and anyone can replay it, again and again. A new kind is
 * one more member of this union and one more case in chaos/drivers/undo.ts.
 */
export type UndoRecord = { readonly id: string; readonly kind: 'toxiproxy-enable'; readonly api: string; readonly proxy: string };
