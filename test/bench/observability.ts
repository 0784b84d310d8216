import { createLogger } from '../../service/logging/logger.ts';
import { LogSink } from '../../service/logging/log-sink.ts';
import { openSync } from 'node:fs';
import { createMetrics } from '../../service/metrics/metrics.ts';
import { startTracing } from '../../service/tracing/tracing.ts';
import { traceContextOf } from '../../service/tracing/trace-context.ts';
import { startTraceSink } from './trace-sink.ts';

/**
 * `node harness/gatecrash.mjs exec test/bench/observability.ts`: what one request pays for being observed, against the
 * documents' limits (metrics below 1 ms, logging below 5 ms). Each figure is the mean of many, on one core.
 */
const times = 20_000;
const metrics = createMetrics();
const log = createLogger({ level: 'info', environment: 'bench' }, new LogSink(openSync('/dev/null', 'w')));
const tracing = await startTracing({ exporter: 'zipkin', url: await startTraceSink(), sampleRatio: 1, environment: 'bench' }, metrics, log);

async function perRequestUs(work: () => unknown): Promise<number> {
  for (let index = 0; index < times / 10; index++) await work();
  const startedMs = performance.now();
  for (let index = 0; index < times; index++) await work();
  return ((performance.now() - startedMs) / times) * 1000;
}

const labels = { method: 'POST', route: '/reservations' };
const measured = [
  {
    name: 'metrics: those of a reservation (request, pool, statement, three Redis commands, lock)',
    limitUs: 1000,
    us: await perRequestUs(() => {
      metrics.httpRequests.inc({ ...labels, status: '201' });
      metrics.httpDuration.observe(labels, 0.004);
      metrics.dbAcquire.observe(0.0001);
      metrics.dbQuery.observe({ statement: 'reserve-seat' }, 0.002);
      for (const command of ['set', 'eval', 'del']) {
        metrics.redisCommands.inc({ command });
        metrics.redisDuration.observe({ command }, 0.0005);
      }
      metrics.lockWait.observe(0.001);
      metrics.lockReleases.inc({ result: 'released' });
    }),
  },
  {
    name: 'logging: one line of a request',
    limitUs: 5000,
    us: await perRequestUs(() => log.info({ event: 'http.request.completed', method: 'POST', path: '/reservations', route: '/reservations', statusCode: 201, duration: 4.2, traceId: 'a'.repeat(32), userId: 'ann' }, 'request completed')),
  },
  {
    name: 'tracing, recorded: a request with three spans under it',
    limitUs: 5000,
    us: await perRequestUs(async () => {
      const span = tracing.begin('POST /reservations', traceContextOf({}));
      await new Promise<void>((resolve) => tracing.within(span, () => void tracing.span('reserve', 'internal', {}, () => tracing.span('redis set', 'client', {}, async () => tracing.span('reserve-seat', 'client', {}, async () => undefined))).then(resolve)));
      span?.end(201, { 'http.route': '/reservations' });
    }),
  },
];
for (const { name, us, limitUs } of measured) process.stdout.write(`${name.padEnd(90)} ${us.toFixed(1).padStart(8)} µs  (limit ${limitUs} µs: ${us < limitUs ? 'kept' : 'BROKEN'})\n`);
await tracing.close();
if (measured.some(({ us, limitUs }) => us >= limitUs)) process.exitCode = 1;
