import { pino, stdTimeFunctions, type DestinationStream, type Level, type LevelWithSilent, type Logger } from 'pino';

/** Secrets by their names, wherever in a line they come: at its top, or in what it tells of (headers, body, settings). */
const secrets = [
  'authorization',
  'cookie',
  '["x-queue-token"]',
  '["x-admin-key"]',
  'password',
  'tokenSecret',
  'authKeys',
  'adminKey',
  'databaseUrl',
  'redisUrl',
  'token',
  'tokenValue',
  'accessToken',
  'card',
  'cardNumber',
  'cardToken',
  'cvc',
];
const redact = secrets.flatMap((name) => (name.startsWith('[') ? [name, `*${name}`, `*.*${name}`] : [name, `*.${name}`, `*.*.${name}`]));

export interface LoggerSettings {
  readonly level: LevelWithSilent;
  readonly environment: string;
}

/** JSON, one object a line: `level` by name, `time` as ISO 8601, `service`, `environment`, `event` and the fields of the event. */
export function createLogger({ level, environment }: LoggerSettings, destination: DestinationStream): Logger {
  return pino(
    { level, base: { service: 'ticketing', environment }, timestamp: stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label as Level }) }, redact: { paths: redact, censor: '[redacted]' } },
    destination,
  );
}
