import type { MetricQuery } from '../../../chaos/world.ts';
import { parseMetrics } from '../../metrics/prometheus.ts';
import type { Stack } from '../../stack/api.ts';

const DEADLINE_MS = 1000;
/** Readers that ask at about the same time share one answer. */
const SHARED_MS = 100;

/**
 * Makes readers of figures of the service, asked past the proxies. Counts: of all processes together; a process that is
 * gone counts no more, what it had counted stays; one that came back goes on from there. While one is there but does
 * not say, what the others say is told only when it has grown: that they stand still is no evidence that it does.
 * Levels: of those processes that say it now. null: nothing can be told.
 */
export function metricReaders(stack: Pick<Stack, 'urls'>): (query: MetricQuery) => () => Promise<number | null> {
  const scrapes = new Map<string, { atMs: number; text: Promise<Scrape> }>();
  const scrapeShared = (url: string): Promise<Scrape> => {
    const known = scrapes.get(url);
    if (known && performance.now() - known.atMs < SHARED_MS) return known.text;
    const text = scrape(url);
    scrapes.set(url, { atMs: performance.now(), text });
    return text;
  };
  return (query) => {
    const processes = stack.urls.service.filter(({ name }) => query.processes?.includes(name) ?? true);
    const read = async (): Promise<readonly NamedReading[]> => Promise.all(processes.map(async ({ name, url }) => ({ name, reading: readingOf(await scrapeShared(url), query) })));
    return isCount(query) ? countReader(read) : levelReader(read, query);
  };
}

/** "silent": it is there but does not say. "gone": nothing listens. "none": it has no such metric. */
type Reading = number | 'silent' | 'gone' | 'none';
type Scrape = string | 'silent' | 'gone';

interface NamedReading {
  readonly name: string;
  readonly reading: Reading;
}

/** By the naming rules of Prometheus. */
const isCount = ({ name }: MetricQuery): boolean => /_(total|sum|count)$/.test(name);

function levelReader(read: () => Promise<readonly NamedReading[]>, { combine }: MetricQuery): () => Promise<number | null> {
  return async () => {
    const values = (await read()).flatMap(({ reading }) => (typeof reading === 'number' ? [reading] : []));
    return values.length === 0 ? null : combined(values, combine);
  };
}

interface Counted {
  /** by processes of that name that have ended */
  readonly before: number;
  readonly last: number;
}

function countReader(read: () => Promise<readonly NamedReading[]>): () => Promise<number | null> {
  const counted = new Map<string, Counted>();
  let told: number | undefined;
  return async () => {
    const readings = await read();
    if (!readings.some(({ reading }) => typeof reading === 'number')) return null;
    const isWhole = readings.every(({ reading }) => reading !== 'silent');
    // What a process had counted before it was first read is no growth.
    if (!isWhole && told === undefined) return null;
    const total = readings.reduce((sum, { name, reading }) => {
      const so = follow(counted.get(name) ?? { before: 0, last: 0 }, reading);
      counted.set(name, so);
      return sum + so.before + so.last;
    }, 0);
    if (!isWhole && total <= (told ?? 0)) return null;
    told = total;
    return total;
  };
}

function follow({ before, last }: Counted, read: Reading): Counted {
  if (typeof read !== 'number') return { before, last };
  return read < last ? { before: before + last, last: read } : { before, last: read };
}

const combined = (values: readonly number[], combine: MetricQuery['combine']): number => (combine === 'max' ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0));

function readingOf(scraped: Scrape, { name, labels = {}, combine }: MetricQuery): Reading {
  if (scraped === 'silent' || scraped === 'gone') return scraped;
  const wanted = Object.entries(labels).map(([label, value]) => [value].flat().map((each) => `${label}="${each}"`));
  const series = Object.entries(parseMetrics(scraped, (each) => each === name));
  const values = series.filter(([key]) => wanted.every((alternatives) => alternatives.some((text) => key.includes(text)))).map(([, value]) => value);
  return values.length === 0 ? 'none' : combined(values, combine);
}

async function scrape(url: string): Promise<Scrape> {
  try {
    // A connection that was kept would tell the end of a process as a broken one.
    const response = await fetch(new URL('/metrics', url), { signal: AbortSignal.timeout(DEADLINE_MS), headers: { connection: 'close' } });
    return response.ok ? await response.text() : 'silent';
  } catch (error) {
    return (error as { cause?: NodeJS.ErrnoException }).cause?.code === 'ECONNREFUSED' ? 'gone' : 'silent';
  }
}
