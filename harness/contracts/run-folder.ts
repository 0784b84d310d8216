/** Names of the artefacts in a run folder, in the order in which they come to be. */
export const artefacts = {
  plan: 'plan.json',
  stack: 'stack.json',
  dataset: 'dataset.json',
  timeline: 'timeline.ndjson',
  series: 'series.ndjson',
  resources: 'resources.ndjson',
  history: 'history.ndjson',
  logs: 'logs',
  ledger: 'ledger',
  measurements: 'measurements.json',
  findings: 'findings.json',
  verdict: 'verdict.json',
  report: 'report.html',
  summary: 'summary.md',
  junit: 'junit.xml',
  manifest: 'manifest.json',
} as const;

/** Artefacts that hold rows, read as a stream: the header first, then one row a line. */
export interface ArtefactStream<Row> {
  /** Rows in order. Throws nothing: what is wrong with the file ends up in `defects`. */
  rows(): Iterable<Row>;
  /** Complete after `rows()` has ended: missing, empty, cut, unreadable line, wrong header, schema mismatch. */
  readonly defects: readonly string[];
}
