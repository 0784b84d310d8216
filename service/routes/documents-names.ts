import { availableParallelism, loadavg } from 'node:os';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { diskHasRoom } from '../clients/disk.ts';
import type { Health } from '../clients/health.ts';
import type { Metrics } from '../metrics/metrics.ts';

interface Deps {
  readonly health: Health;
  readonly metrics: Metrics;
  readonly isStopping: () => boolean;
}

type State = 'UP' | 'DOWN' | 'OUT_OF_SERVICE';
const state = (up: boolean): { status: State } => ({ status: up ? 'UP' : 'DOWN' });

/** What the order's documents call by other names: the same facts, for tools that were made after them. Not in the OpenAPI document. */
export const documentsNames =
  ({ health, metrics, isStopping }: Deps): FastifyPluginAsyncTypebox =>
  async (app) => {
    const hidden = { schema: { hide: true } };
    const look = async () => {
      const [{ database, redis, kafka }, disk] = await Promise.all([health.look(), diskHasRoom()]);
      return { database, redis, kafka, disk, components: { db: state(database), redis: state(redis), diskSpace: state(disk) } };
    };

    app.get('/actuator/health', hidden, async (_request, reply) => {
      const { database, redis, disk, components } = await look();
      const up = database && redis && disk;
      return reply.code(up ? 200 : 503).send({ ...state(up), components });
    });
    app.get('/actuator/health/liveness', hidden, async () => state(true));
    // As /health/ready: without Redis it serves, and stays in the load balancer.
    app.get('/actuator/health/readiness', hidden, async (_request, reply) => {
      const { database, components } = await look();
      const ready = database && !isStopping();
      const status: State = ready ? 'UP' : 'OUT_OF_SERVICE';
      return reply.code(ready ? 200 : 503).send({ status, components });
    });
    app.get('/actuator/prometheus', hidden, async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.text()));

    app.get('/api/monitoring/health', hidden, async (_request, reply) => {
      const { database, redis, disk, kafka, components } = await look();
      const up = database && redis && disk;
      return reply.code(up ? 200 : 503).send({ ...state(up), components: { ...components, kafka: state(kafka) } });
    });
    app.get('/api/monitoring/metrics/summary', hidden, async () => {
      const [requests, reservations, queueWaiting, queueActive, outbox] = await Promise.all([
        byLabel(metrics.httpRequests, 'status'),
        byLabel(metrics.reservationsCreated, 'status'),
        ...[metrics.queueWaiting, metrics.queueActive, metrics.outboxPending].map(async (gauge) => sum(await byLabel(gauge, ''))),
      ]);
      const serverErrors = sum(Object.fromEntries(Object.entries(requests).filter(([status]) => status.startsWith('5'))));
      return { sinceSeconds: Math.round(process.uptime()), requests: { total: sum(requests), serverErrors, byStatus: requests }, reservations, queue: { waiting: queueWaiting, active: queueActive }, outboxPending: outbox };
    });
    app.get('/api/monitoring/system/info', hidden, async () => {
      const { rss, heapTotal, heapUsed } = process.memoryUsage();
      return { uptimeSeconds: Math.round(process.uptime()), memory: { rssBytes: rss, heapTotalBytes: heapTotal, heapUsedBytes: heapUsed }, cpu: { cores: availableParallelism(), loadAverage: loadavg() } };
    });
  };

interface Readable {
  get(): Promise<{ readonly values: readonly { readonly value: number; readonly labels: Readonly<Record<string, string | number | undefined>> }[] }>;
}

/** Sums of a metric for each value of one label. */
async function byLabel(metric: Readable, label: string): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { labels, value } of (await metric.get()).values) {
    const key = String(labels[label] ?? '');
    sums[key] = (sums[key] ?? 0) + value;
  }
  return sums;
}

const sum = (values: Readonly<Record<string, number>>): number => Object.values(values).reduce((total, value) => total + value, 0);
