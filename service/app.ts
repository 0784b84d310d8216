import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { startFixtures } from './compat/fixtures.ts';
import type { Config } from './config.ts';
import { buildHttp } from './http.ts';
import type { Live } from './live/live.ts';
import type { Metrics } from './metrics/metrics.ts';
import { buildParts, openOrdersOf } from './parts.ts';
import type { Catalogue } from './seats/catalogue.ts';
import { Settlements } from './settlements/settlements.ts';
import { startLoop, type Loop } from './workers/loop.ts';
import { startWorkers } from './workers/workers.ts';

const redisClientsEveryMs = 10_000;

export interface Service {
  readonly app: FastifyInstance;
  readonly metrics: Metrics;
  readonly live: Live;
  readonly catalogue: Catalogue;
  /** Starts what the roles of this process say. */
  start(): void;
  /** From now on /health/ready says no; requests are still answered. */
  drain(): void;
  /** Ends requests in flight, then the workers, then the connections. Asked again, it is the same end. */
  close(): Promise<void>;
}

/** Puts the service together; nothing listens and nothing works yet. */
export async function buildService(config: Config, log: Logger): Promise<Service> {
  const parts = await buildParts(config, log);
  const { metrics, live, catalogue, redis, background, postgres, running } = parts;
  let stopping = false;
  const app = await buildHttp(parts, () => stopping);
  const loops: Loop[] = [];
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    stopping = true;
    await app.close();
    await running.workers?.stop();
    await Promise.all([live.stop(), ...loops.map((loop) => loop.stop())]);
    await parts.close();
  };

  return {
    app,
    metrics,
    live,
    catalogue,
    start() {
      live.start();
      if (config.seed) loops.push(startFixtures(background));
      loops.push(startLoop('redis clients', log, async () => {
        metrics.redisClients.set(await redis.connectedClients());
        return redisClientsEveryMs;
      }, { retryMs: redisClientsEveryMs }));
      running.workers = startWorkers({ context: background, postgres, catalogue, openOrders: openOrdersOf(background, catalogue), settlements: new Settlements(background) });
    },
    drain() {
      stopping = true;
    },
    close: () => (closed ??= close()),
  };
}
