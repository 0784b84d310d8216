import type { Measurements } from '../../contracts/measurements.ts';
import type { ResourceRow } from '../../contracts/resources.ts';
import { serverGauges } from '../servers.ts';
import type { Phases } from './phases.ts';

type Row = Measurements['servers'][number];

const ofProxy = /^(\w+)\{proxy="([^"]+)"\}$/;

/** What Redis and Toxiproxy said of themselves, second by second; a second in which they did not is a gap. */
export class Servers {
  readonly #redis = new Map<number, number>();
  readonly #proxies = new Map<number, NonNullable<Row['proxies']>>();

  add({ process, second, gauges }: ResourceRow): void {
    if (gauges === undefined) return;
    const ops = gauges[serverGauges.redisOps];
    if (process === 'redis' && ops !== undefined) this.#redis.set(second, ops);
    if (process === 'toxiproxy') this.#proxies.set(second, proxiesOf(gauges));
  }

  rows({ loadStartMs, endMs }: Phases): Row[] {
    const first = Math.floor(loadStartMs / 1000);
    return Array.from({ length: Math.max(0, Math.ceil(endMs / 1000) - first) }, (_none, index) => {
      const second = first + index;
      return { second, redisOpsPerSecond: this.#redis.get(second) ?? null, proxies: this.#proxies.get(second) ?? null };
    });
  }
}

function proxiesOf(gauges: Record<string, number>): NonNullable<Row['proxies']> {
  const series = Object.entries(gauges).map(([name, value]) => ({ name: ofProxy.exec(name)?.[1], proxy: ofProxy.exec(name)?.[2] ?? '', value }));
  const off = series.filter(({ name, value }) => name === serverGauges.proxyEnabled && value === 0).map(({ proxy }) => proxy);
  const toxics = series.filter(({ name, value }) => name === serverGauges.proxyToxics && value > 0).map(({ proxy, value }) => [proxy, value] as const);
  return { off: off.sort(), toxics: Object.fromEntries(toxics.sort(([a], [b]) => (a < b ? -1 : 1))) };
}
