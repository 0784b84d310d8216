/** Figures of one schedule. `soldOutMs`: how long it took to sell out, when it did. */
export interface Sales {
  readonly scheduleId: string;
  readonly sold: number;
  readonly soldOutMs: number | null;
}

/** The order of the ranking: what was sold out first, the fastest first; then what has sold most. */
export function ranked(sales: readonly Sales[], limit: number): Sales[] {
  return sales.toSorted((a, b) => (a.soldOutMs ?? Infinity) - (b.soldOutMs ?? Infinity) || b.sold - a.sold || (a.scheduleId < b.scheduleId ? -1 : 1)).slice(0, limit);
}
