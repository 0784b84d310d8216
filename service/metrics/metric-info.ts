/** What a metric is, as data: the registry and metrics.json are both made from this table. */
export interface MetricInfo {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
  /** Label sets that are known beforehand; they start at 0, so that "never happened" and "not measured" differ. */
  readonly known?: readonly Readonly<Record<string, string>>[];
}

/** One label set for each value of one label. */
export const each = (label: string, values: readonly string[]) => values.map((value) => ({ [label]: value }));
