import fp from 'fastify-plugin';
import { unavailable } from '../domain/problem.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Overload, type OverloadSettings } from '../protection/overload.ts';

interface Options extends OverloadSettings {
  readonly inFlightMax: number;
  readonly metrics: Metrics;
}

/** What operations need most when there is too much to do. */
const neverShed = /^(\/api)?\/(health|metrics|admin|settlements|actuator|monitoring)(\/|$)/;

/** 503 at once, before anything is done for a request, while this process cannot keep up. */
export const shedding = fp<Options>(
  (app, { inFlightMax, metrics, ...settings }, done) => {
    const overload = new Overload(settings);
    let inFlight = 0;
    app.addHook('onReady', async () => overload.start());
    app.addHook('onClose', async () => overload.stop());
    metrics.onScrape(() => {
      metrics.eventLoopUtilization.set(overload.utilization);
      metrics.httpInFlight.set(inFlight);
    });
    app.addHook('onRequest', async (request, reply) => {
      const reason = overload.overloaded ? 'event_loop' : inFlight >= inFlightMax ? 'in_flight' : undefined;
      if (reason !== undefined && !neverShed.test(request.routeOptions.url ?? '')) {
        metrics.loadShed.inc({ reason });
        throw unavailable('OVERLOADED', 'too much to do right now; nothing was done for this request');
      }
      inFlight++;
      // Also when the caller hangs up before the answer.
      reply.raw.once('close', () => inFlight--);
    });
    done();
  },
  { name: 'shedding', dependencies: ['problems'] },
);
