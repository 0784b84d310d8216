const NAME = /^[a-zA-Z_:][\w:]*/;
/** Name, labels with their braces when there are any, value; a time that may follow is not of interest. */
const SERIES = /^[a-zA-Z_:][\w:]*\s*(?:\{((?:\s*[a-zA-Z_]\w*="(?:[^"\\]|\\.)*"\s*,?)*)\s*\})?\s+(\S+)/;

/**
 * The series of the metrics that `isWanted` names, from Prometheus' text format (version 0.0.4), by `name` or
 * `name{label="value"}` with the labels as published. Buckets of histograms are left out, and values that are not finite
 * numbers: they say that the process could not tell.
 */
export function parseMetrics(text: string, isWanted: (name: string) => boolean): Record<string, number> {
  const series: Record<string, number> = {};
  for (const line of text.split('\n')) {
    // Most lines are not wanted: their name is enough to know.
    const [name = ''] = NAME.exec(line) ?? [];
    if (name === '' || name.endsWith('_bucket') || !isWanted(name)) continue;
    const [, labels = '', written = ''] = SERIES.exec(line) ?? [];
    const value = Number.parseFloat(written);
    if (!Number.isFinite(value)) continue;
    const trimmed = labels.trim().replace(/,$/, '');
    series[trimmed === '' ? name : `${name}{${trimmed}}`] = value;
  }
  return series;
}
