import type { PhaseEndpoint } from '../../harness/contracts/measurements.ts';
import { LatencyCounts } from '../../reports/stats/histogram.ts';

export interface EndpointShape {
  readonly count: number;
  /** of which were bad (5xx) */
  readonly bad?: number;
  readonly polling?: number;
  readonly tooMany?: number;
  readonly medianMs?: number;
  /** latency of the slowest 3 % is this many times the median */
  readonly tail?: number;
  readonly blockErrors?: PhaseEndpoint['blockErrors'];
}

/** One row of measurements.endpoints with a histogram that has the shape asked for. */
export function endpointRows(phase: string, endpoint: string, shape: EndpointShape): PhaseEndpoint {
  const { count, bad = 0, polling = 0, tooMany = 0, medianMs = 12, tail = 8 } = shape;
  const latencies = new LatencyCounts();
  for (let i = 0; i < count; i++) latencies.add(latencyUs((i + 0.5) / count, medianMs, tail), 1);
  const ms = (q: number): number => (latencies.quantile(q) ?? 0) / 1000;
  return {
    phase,
    endpoint,
    count,
    bad,
    successful: Math.max(0, count - bad - polling - tooMany),
    byClass: { '2xx': count - bad - tooMany, ...(bad > 0 && { '5xx': bad }), ...(tooMany > 0 && { '429': tooMany }) },
    ...(count > 0 && { histogram: latencies.encode() }),
    latencyMs: count === 0 ? null : { p50: ms(0.5), p95: ms(0.95), p99: ms(0.99), max: ms(1) },
    ...(phase === 'whole' && { blockErrors: shape.blockErrors ?? [0.95, 0.99].map((quantile) => ({ quantile, standardError: (1 - quantile) / 20, degreesOfFreedom: 7 })) }),
    worstSecond: null,
  };
}

/** A latency whose share of the distribution is `share`: rising slowly, then a tail over the last 3 %. */
function latencyUs(share: number, medianMs: number, tail: number): number {
  const body = medianMs * (0.5 + share);
  return Math.round(1000 * (share < 0.97 ? body : medianMs * (1.5 + ((share - 0.97) / 0.03) * (tail - 1.5))));
}

const mix: readonly { readonly endpoint: string; readonly share: number; readonly medianMs: number }[] = [
  { endpoint: 'POST /queue/token', share: 0.14, medianMs: 9 },
  { endpoint: 'GET /queue/token', share: 0.22, medianMs: 4 },
  { endpoint: 'GET /concerts/:id/schedules', share: 0.13, medianMs: 3 },
  { endpoint: 'GET /concerts/schedules/:id/seats', share: 0.14, medianMs: 8 },
  { endpoint: 'POST /points/charge', share: 0.12, medianMs: 18 },
  { endpoint: 'POST /reservations', share: 0.13, medianMs: 16 },
  { endpoint: 'POST /payments', share: 0.12, medianMs: 19 },
];

let made: PhaseEndpoint[] | undefined;

/** All endpoints in all phases of the passing run: 250 requests a second, slower while Redis is down. */
export function fixtureEndpoints(): PhaseEndpoint[] {
  made ??= makeEndpoints();
  return structuredClone(made);
}

function makeEndpoints(): PhaseEndpoint[] {
  const phases = [
    { phase: 'warmup', count: 510, slower: 1.6 },
    { phase: 'steady', count: 7530, slower: 1 },
    { phase: 'fault:redis-down', count: 4110, slower: 3.1 },
    { phase: 'recovery', count: 5890, slower: 1.1 },
    { phase: 'drain', count: 260, slower: 1 },
    { phase: 'whole', count: 17_530, slower: 1.5 },
  ];
  return phases.flatMap(({ phase, count, slower }) => [
    endpointRows(phase, '*', { count, polling: Math.round(count * 0.22), medianMs: 11 * slower }),
    ...mix.map(({ endpoint, share, medianMs }) =>
      endpointRows(phase, endpoint, {
        count: Math.round(count * share),
        polling: endpoint === 'GET /queue/token' ? Math.round(count * share) : 0,
        medianMs: medianMs * slower,
      }),
    ),
  ]);
}
