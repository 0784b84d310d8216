import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ConfigError, parseConfig } from '../../../service/config.ts';
import type { Environment } from '../../../service/settings-reader.ts';

const required = { DATABASE_URL: 'postgresql://app@127.0.0.1:5432/tickets', REDIS_URL: 'redis://127.0.0.1', KAFKA_BROKERS: 'a:9092, b:9092', GATEWAY_URL: 'http://127.0.0.1:4000', TOKEN_SECRET: 'sixteen letters!' };

function problemsOf(env: Environment): readonly string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

test('what is required is enough, and the rest has defaults', () => {
  expect(parseConfig(required)).toMatchObject({ port: 3000, kafkaBrokers: ['a:9092', 'b:9092'], roles: new Set(['api', 'worker', 'consumer']), requestTimeoutMs: 2000 });
});

test('every problem is said at once, one line each, with the name of the setting', () => {
  const problems = problemsOf({ ...required, PORT: '3e3', DATABASE_URL: 'mysql://x', REDIS_URL: '', KAFKA_BROKERS: 'a', ROLES: 'api,boss', LOG_LEVEL: 'loud', TOKEN_SECRET: 'short', HOLD_SECONDS: '0' });
  expect(problems.map((line) => line.split(' ')[0])).toEqual(['PORT', 'ROLES', 'LOG_LEVEL', 'DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS', 'TOKEN_SECRET', 'HOLD_SECONDS']);
});

test('no line shows the secret', () => {
  expect(problemsOf({ ...required, TOKEN_SECRET: 'hunter2' }).join()).not.toContain('hunter2');
});

test('time budgets nest', () => {
  expect(problemsOf({ ...required, REQUEST_TIMEOUT_MS: '1000' })).toEqual(['REQUEST_TIMEOUT_MS must be above STATEMENT_TIMEOUT_MS']);
  expect(problemsOf({ ...required, LOCK_TIMEOUT_MS: '1000' })).toEqual(['STATEMENT_TIMEOUT_MS must be above LOCK_TIMEOUT_MS']);
});

test('what lets anybody act for anybody does not start in production without the second switch', () => {
  const trusting = { ...required, AUTH_MODE: 'trust', NODE_ENV: 'production' };
  expect(problemsOf(trusting)).toEqual([expect.stringMatching(/^AUTH_MODE=trust .*ALLOW_INSECURE=true$/)]);
  expect(problemsOf({ ...trusting, ALLOW_INSECURE: 'yes' })).toHaveLength(2);
  expect(problemsOf({ ...trusting, ALLOW_INSECURE: 'true' })).toEqual([]);
  expect(problemsOf({ ...trusting, NODE_ENV: 'test' })).toEqual([]);
  expect(problemsOf({ ...trusting, AUTH_MODE: 'bearer' })).toEqual([]);
});

test('the documents’ scripts bring their own numbers, and what is said beside wins', () => {
  const seed = { ...required, COMPAT: 'seed' };
  expect(parseConfig(seed)).toMatchObject({ authMode: 'trust', rateLimits: 'off', gatewayTimeoutMs: 3000, gatewayBreakerResetMs: 30_000, redisBreakerResetMs: 30_000 });
  expect(parseConfig({ ...seed, GATEWAY_TIMEOUT_MS: '100' }).gatewayTimeoutMs).toBe(100);
  expect(problemsOf({ ...seed, AUTH_MODE: 'bearer' })).toEqual([expect.stringMatching(/^COMPAT=seed needs/)]);
  expect(problemsOf({ ...seed, NODE_ENV: 'production' })).toEqual([expect.stringMatching(/^COMPAT=seed .*ALLOW_INSECURE=true$/)]);
});

test('keys of access tokens are read in their order, and no line shows one', () => {
  expect(parseConfig({ ...required, AUTH_KEYS: 'b:secret with a : inside, a:sixteen letters!' }).authKeys).toEqual([{ id: 'b', secret: 'secret with a : inside' }, { id: 'a', secret: 'sixteen letters!' }]);
  expect(parseConfig(required).authKeys).toHaveLength(1);
  const problems = problemsOf({ ...required, AUTH_KEYS: 'a:hunter2,a:hunter2,hunter2 is my secret' });
  expect(problems.map((line) => line.split(' ')[0])).toEqual(['AUTH_KEYS', 'AUTH_KEYS', 'AUTH_KEYS']);
  expect(problems.join()).not.toContain('hunter2');
});

/** Rows of the table of docs/configuration.md: name, default and range, without their back-ticks. */
const documented = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
  .map(([, name = '', fallback = '', range = '']) => ({ name, fallback, range }));

test('docs/configuration.md names every setting that config.ts reads, in its order, and no other', () => {
  const read: string[] = [];
  problemsOf(new Proxy({}, { get: (_none, name) => void read.push(String(name)) }));
  expect(documented.map(({ name }) => name)).toEqual([...new Set(read)]);
});

test('docs/configuration.md has the defaults and ranges of config.ts', () => {
  const defaults = parseConfig(required);
  for (const { name, fallback, range } of documented) {
    if (fallback === 'required') expect(problemsOf({ ...required, [name]: undefined }).join(), name).toContain(`${name} is required`);
    else if (fallback !== 'empty') expect(parseConfig({ ...required, [name]: fallback }), name).toEqual(defaults);
    const [, min, max] = /^(\d+)–(\d+)$/.exec(range) ?? [];
    if (min === undefined) continue;
    const line = `${name} must be a whole number from ${min} to ${max}, not "-1"`;
    expect(problemsOf({ ...required, [name]: '-1' })).toEqual([line]);
  }
});
