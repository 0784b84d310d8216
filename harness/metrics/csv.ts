/** One sample of k6's CSV output; only the columns the fold needs. */
export interface K6Sample {
  readonly metric: string;
  /** epoch ms; for HTTP metrics the end of the request */
  readonly timeMs: number;
  readonly value: number;
  /** HTTP status, 0 when there was none */
  readonly status: number;
  /** k6's error code, 0 when there was no error */
  readonly errorCode: number;
  /** tag `name`: the endpoint */
  readonly name: string;
  /** "::setup" and "::teardown" are not load */
  readonly group: string;
}

const required = ['metric_name', 'timestamp', 'metric_value'] as const;

/**
 * Incremental reader of `--out csv` with `timeFormat=unix_milli`. Columns are looked up by the header, so that other
 * system tags do no harm. Rows of metrics that are not `wanted` are skipped before they are taken apart: most rows are.
 */
export class K6CsvReader {
  readonly #wanted: ReadonlySet<string>;
  readonly #onSample: (sample: K6Sample) => void;
  #columns: Map<string, number> | undefined;
  #rest = '';
  /** rows that could not be read: cut by a crash, or not k6's format */
  malformedRows = 0;

  constructor(wanted: ReadonlySet<string>, onSample: (sample: K6Sample) => void) {
    this.#wanted = wanted;
    this.#onSample = onSample;
  }

  /** Takes the next piece of the stream; pieces may end anywhere. */
  write(chunk: string): void {
    const text = this.#rest + chunk;
    let from = 0;
    for (let end = text.indexOf('\n', from); end !== -1; end = text.indexOf('\n', end + 1)) {
      const line = text.slice(from, end);
      // encoding/csv quotes a field that has a line break in it: such a row goes on in the next line.
      if (line.includes('"') && quotesAreOpen(line)) continue;
      this.#line(line);
      from = end + 1;
    }
    this.#rest = text.slice(from);
  }

  /** The stream has ended; what is left over is a cut row. */
  end(): void {
    if (this.#rest !== '') this.malformedRows++;
    this.#rest = '';
  }

  #line(line: string): void {
    if (line === '') return;
    if (!this.#columns) {
      this.#header(line);
      return;
    }
    const metric = line.slice(0, line.indexOf(','));
    if (!this.#wanted.has(metric)) return;
    const fields = line.includes('"') ? splitQuoted(line) : line.split(',');
    const sample = this.#sample(metric, fields, this.#columns);
    if (sample) this.#onSample(sample);
    else this.malformedRows++;
  }

  #header(line: string): void {
    const names = line.split(',');
    if (names[0] !== 'metric_name' || required.some((name) => !names.includes(name))) {
      this.malformedRows++;
      return;
    }
    this.#columns = new Map(names.map((name, index) => [name, index]));
  }

  #sample(metric: string, fields: readonly string[], columns: ReadonlyMap<string, number>): K6Sample | undefined {
    if (fields.length !== columns.size) return undefined;
    const field = (name: string): string => fields[columns.get(name) ?? -1] ?? '';
    const timeMs = Number(field('timestamp') || Number.NaN);
    const value = Number(field('metric_value') || Number.NaN);
    if (!Number.isFinite(timeMs) || !Number.isFinite(value)) return undefined;
    return { metric, timeMs, value, status: Number(field('status')), errorCode: Number(field('error_code')), name: field('name'), group: field('group') };
  }
}

function quotesAreOpen(line: string): boolean {
  let open = false;
  for (let at = line.indexOf('"'); at !== -1; at = line.indexOf('"', at + 1)) open = !open;
  return open;
}

/** Fields of a row with quoted fields (RFC 4180: a quote inside is doubled). */
export function splitQuoted(line: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line[at] !== '"') {
      const end = line.indexOf(',', at);
      fields.push(line.slice(at, end === -1 ? line.length : end));
      at = end === -1 ? line.length + 1 : end + 1;
      continue;
    }
    let close = at + 1;
    while (close < line.length && (line[close] !== '"' || line[close + 1] === '"')) close += line[close] === '"' ? 2 : 1;
    fields.push(line.slice(at + 1, close).replaceAll('""', '"'));
    at = close + 2;
  }
  return fields;
}
