import { setTimeout as sleep } from 'node:timers/promises';
import { buildService } from './app.ts';
import { ConfigError, parseConfig, type Config } from './config.ts';
import { createLogger } from './logging/logger.ts';
import { LogSink } from './logging/log-sink.ts';

/** kafkajs may take that long to leave its group; then the process ends all the same. */
const closeTimeoutMs = 4000;
/** For a log whose reader is slow. */
const flushTimeoutMs = 300;

const config = readConfig();
const sink = new LogSink(1);
const log = createLogger({ level: config.logLevel, environment: config.environment }, sink);
const service = await buildService(config, log);
service.metrics.onScrape(() => service.metrics.telemetryDropped.inc({ reason: 'log full' }, sink.takeDropped()));

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  // A signal that comes again finds us finishing, and does not cut off what is in flight: it is bounded in any case.
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void stop(signal);
  });
}
// Compiling the routes takes long enough for a first connection to count as timed out.
await service.app.ready();
service.start();
await service.app.listen({ host: config.host, port: config.port });
log.info({ event: 'service.started', host: config.host, port: config.port, roles: [...config.roles] }, 'listening');

async function stop(signal: NodeJS.Signals): Promise<void> {
  log.info({ event: 'service.stopping', signal }, 'finishing what is in flight');
  service.drain();
  // The load balancer asks now and then: until it has heard, it sends requests, and they are answered.
  await sleep(config.drainMs);
  const closed = service.close().then(
    () => log.info({ event: 'service.stopped' }, 'everything is finished'),
    (error: unknown) => log.warn({ event: 'service.close_failed', error: String(error) }, 'not everything could be closed'),
  );
  await Promise.race([closed, sleep(closeTimeoutMs)]);
  await sink.flush(flushTimeoutMs);
  process.exit(0);
}

function readConfig(): Config {
  try {
    return parseConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) process.stderr.write(`${problem}\n`);
    process.exit(64);
  }
}
