import type { MetricName } from '../../harness/contracts/sla.ts';
import type { JudgedObjective } from '../../harness/contracts/verdict.ts';

export type Unit = JudgedObjective['unit'];
export type Kind = JudgedObjective['kind'];

const table: Record<MetricName, { readonly unit: Unit; readonly kind: Kind; readonly of: string }> = {
  availability: { unit: 'ratio', kind: 'sampled', of: 'requests' },
  errorRate: { unit: 'ratio', kind: 'sampled', of: 'requests' },
  tooManyRequests: { unit: 'ratio', kind: 'sampled', of: 'requests' },
  latencyMs: { unit: 'ms', kind: 'sampled', of: 'requests' },
  throughput: { unit: '/s', kind: 'sampled', of: 'successful requests other than polling' },
  throughputAll: { unit: '/s', kind: 'sampled', of: 'requests' },
  lockSuccess: { unit: 'ratio', kind: 'sampled', of: 'lock attempts' },
  admissions: { unit: '/s', kind: 'sampled', of: 'places admitted' },
  probeAvailability: { unit: 'ratio', kind: 'sampled', of: 'looks at /health' },
  redisAvailability: { unit: 'ratio', kind: 'sampled', of: 'PINGs of Redis' },
  memoryGrowth: { unit: 'MiB/min', kind: 'sampled', of: 'lowest readings' },
  descriptorGrowth: { unit: '/min', kind: 'sampled', of: 'lowest readings' },
  delivery: { unit: 'ratio', kind: 'census', of: 'committed payments' },
  doubleSales: { unit: 'count', kind: 'census', of: 'seats sold' },
  wrongBodies: { unit: 'count', kind: 'census', of: 'answers of 2xx' },
  detectionSeconds: { unit: 's', kind: 'event', of: 'faults' },
  recoverySeconds: { unit: 's', kind: 'event', of: 'faults' },
};

export const metricInfo = (metric: MetricName): { readonly unit: Unit; readonly kind: Kind; readonly of: string } => table[metric];

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 7 530: grouped by narrow spaces, as in the report's tables */
export const countText = (count: number): string => grouped.format(count).replaceAll(',', '\u202f');

/** "99.963 %", "412 ms", "0.4 s", "166.2/s", "3": for sentences. */
export function valueText(value: number, unit: Unit): string {
  switch (unit) {
    case 'ratio':
      return `${trimmed(value * 100, 3)} %`;
    case 'ms':
      return `${value < 1000 ? trimmed(value, value < 10 ? 1 : 0) : countText(value)} ms`;
    case 's':
      return `${trimmed(value, 1)} s`;
    case '/s':
      return `${trimmed(value, 1)}/s`;
    case 'MiB/min':
      return `${trimmed(value, 1)} MiB/min`;
    case '/min':
      return `${trimmed(value, 1)}/min`;
    case 'count':
      return countText(value);
  }
}

/** "95 %" */
export const confidenceText = (alpha: number): string => `${trimmed((1 - alpha) * 100, 2)} %`;

const trimmed = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

const opWords = { '<': 'below', '<=': 'at most', '>': 'above', '>=': 'at least' } as const;

/** "below 500 ms" */
export const limitText = (op: keyof typeof opWords, limit: number, unit: Unit): string => `${opWords[op]} ${valueText(limit, unit)}`;
