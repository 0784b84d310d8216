import { parseMetrics } from '../../metrics/prometheus.ts';
import type { Stack } from '../../stack/api.ts';
import { metricNames } from './metric-names.ts';

const DEADLINE_MS = 1000;

/**
 * Reads the service's own count of failed calls to a target, of all its processes together, asked past the proxies. A
 * process that is gone counts no more, what it had counted stays; one that came back goes on from there. While one is
 * there but does not say, what the others say is told only when it has grown: that they stand still is no evidence that
 * it does. null: nothing can be told. The brokers share one counter: a client does not know which of them failed it.
 */
export function errorCounters(stack: Pick<Stack, 'urls'>): (target: string) => Promise<number | null> {
  const counted = new Map<string, Counted>();
  const told = new Map<string, number>();
  return async (target) => {
    const dependency = target.replace(/-\d+$/, '');
    const readings = await Promise.all(stack.urls.service.map(async ({ name, url }) => ({ key: `${name} ${dependency}`, read: await readOne(url, dependency) })));
    if (!readings.some(({ read }) => typeof read === 'number')) return null;
    const isWhole = readings.every(({ read }) => read !== 'silent');
    // What a process had counted before it was first read is no growth.
    if (!isWhole && !told.has(dependency)) return null;
    const total = readings.reduce((sum, { key, read }) => {
      const so = follow(counted.get(key) ?? { before: 0, last: 0 }, read);
      counted.set(key, so);
      return sum + so.before + so.last;
    }, 0);
    if (!isWhole && total <= (told.get(dependency) ?? 0)) return null;
    told.set(dependency, total);
    return total;
  };
}

interface Counted {
  /** by processes of that name that have ended */
  readonly before: number;
  readonly last: number;
}

/** "silent": it is there but does not say. "gone": nothing listens. "none": it has no such counter. */
type Reading = number | 'silent' | 'gone' | 'none';

function follow({ before, last }: Counted, read: Reading): Counted {
  if (typeof read !== 'number') return { before, last };
  return read < last ? { before: before + last, last: read } : { before, last: read };
}

async function readOne(url: string, dependency: string): Promise<Reading> {
  try {
    // A connection that was kept would tell the end of a process as a broken one.
    const response = await fetch(new URL('/metrics', url), { signal: AbortSignal.timeout(DEADLINE_MS), headers: { connection: 'close' } });
    if (!response.ok) return 'silent';
    const series = Object.entries(parseMetrics(await response.text(), (name) => name === metricNames.dependencyErrors));
    const values = series.filter(([name]) => name.includes(`dependency="${dependency}"`)).map(([, value]) => value);
    return values.length === 0 ? 'none' : values.reduce((sum, value) => sum + value, 0);
  } catch (error) {
    return (error as { cause?: NodeJS.ErrnoException }).cause?.code === 'ECONNREFUSED' ? 'gone' : 'silent';
  }
}
