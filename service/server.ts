import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { buildService } from './app.ts';
import { ConfigError, parseConfig, type Config } from './config.ts';

/** kafkajs may take that long to leave its group; then the process ends all the same. */
const closeTimeoutMs = 4000;

const config = readConfig();
const log = pino({ level: config.logLevel, base: { service: 'ticketing' }, timestamp: pino.stdTimeFunctions.isoTime, redact: ['tokenSecret', 'headers["x-queue-token"]', 'headers.authorization', 'password'] });
const service = await buildService(config, log);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    log.info({ event: 'service.stopping', signal }, 'finishing what is in flight');
    service.drain();
    // The load balancer asks now and then: until it has heard, it sends requests, and they are answered.
    const closed = sleep(config.drainMs).then(() => service.close()).catch((error: unknown) => log.warn({ event: 'service.close_failed', error: String(error) }, 'not everything could be closed'));
    void Promise.race([closed, sleep(config.drainMs + closeTimeoutMs)]).then(() => process.exit(0));
  });
}
service.start();
await service.app.listen({ host: config.host, port: config.port });
log.info({ event: 'service.started', host: config.host, port: config.port, roles: [...config.roles] }, 'listening');

function readConfig(): Config {
  try {
    return parseConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) process.stderr.write(`${problem}\n`);
    process.exit(64);
  }
}
