import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { catalogue } from './catalogue.ts';
import type { MetricInfo } from './metric-info.ts';

type Catalogue = typeof catalogue;
type Labels<I extends MetricInfo> = I['labels'][number];
type Instrument<I extends MetricInfo> = I['type'] extends 'counter'
  ? Counter<Labels<I>>
  : I['type'] extends 'gauge'
    ? Gauge<Labels<I>>
    : Histogram<Labels<I>>;

export type Metrics = { readonly [K in keyof Catalogue]: Instrument<Catalogue[K]> } & {
  readonly registry: Registry;
  /** Called before each scrape, for figures that are only read then. */
  onScrape(read: () => void): void;
  /** Prometheus text of everything. */
  text(): Promise<string>;
};

/** A registry of its own for each application, with every metric of the catalogue and prom-client's defaults. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const readers: (() => void)[] = [];
  const instruments = Object.fromEntries(
    Object.entries(catalogue).map(([key, info]: [string, MetricInfo]) => [key, instrument(info, registry)]),
  ) as { [K in keyof Catalogue]: Instrument<Catalogue[K]> };
  return {
    ...instruments,
    registry,
    onScrape: (read) => void readers.push(read),
    text() {
      for (const read of readers) read();
      return registry.metrics();
    },
  };
}

function instrument(info: MetricInfo, registry: Registry): Counter | Gauge | Histogram {
  const options = { name: info.name, help: info.help, labelNames: [...info.labels], registers: [registry] };
  const known = info.known ?? [];
  switch (info.type) {
    case 'counter': {
      const counter = new Counter(options);
      for (const labels of known) counter.inc(labels, 0);
      return counter;
    }
    case 'gauge': {
      const gauge = new Gauge(options);
      for (const labels of known) gauge.set(labels, 0);
      return gauge;
    }
    case 'histogram':
      return new Histogram({ ...options, buckets: [...(info.buckets ?? [])] });
  }
}
