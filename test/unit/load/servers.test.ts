import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect, test } from 'vitest';
import { redisGauges, toxiproxyGauges } from '../../../harness/metrics/servers.ts';

async function listening(server: Server): Promise<{ port: number } & AsyncDisposable> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}

const answering = (...chunks: readonly string[]): Promise<{ port: number } & AsyncDisposable> =>
  listening(createServer((socket) => socket.once('data', () => chunks.forEach((chunk, index) => setTimeout(() => socket.write(chunk), index * 20)))));

const stats = '# Stats\r\ntotal_commands_processed:9\r\ninstantaneous_ops_per_sec:412\r\n';

test('the commands a second that Redis counts are read also when its answer comes in pieces', async () => {
  await using redis = await answering(`$${stats.length}`, `\r\n${stats.slice(0, 30)}`, stats.slice(30), '\r\n');
  expect(await redisGauges(`redis://127.0.0.1:${redis.port}`, 1000)).toEqual({ redis_ops_per_second: 412 });
});

test.each([
  ['refuses', ['-NOAUTH Authentication required.\r\n']],
  ['does not say how many', ['$9\r\n# Stats\r\n\r\n']],
  ['breaks off', ['$900\r\n# Stats']],
])('a Redis that %s is a gap', async (_, chunks) => {
  await using redis = await answering(...chunks);
  expect(await redisGauges(`redis://127.0.0.1:${redis.port}`, 150)).toBeUndefined();
});

test('each proxy is told by the target it is in front of: whether it is open, and how many toxics it has', async () => {
  const proxies = { 'r-1': { enabled: false, toxics: [] }, 'p-1': { enabled: true, toxics: [{}, {}] }, other: { enabled: true, toxics: [] } };
  await using api = await listening(createHttp((_request, response) => response.setHeader('connection', 'close').end(JSON.stringify(proxies))));
  const targets = { redis: { name: 'r-1' }, postgres: { name: 'p-1' }, gateway: { name: 'g-1' } };
  expect(await toxiproxyGauges(`http://127.0.0.1:${api.port}`, targets, AbortSignal.timeout(1000))).toEqual({
    'toxiproxy_proxy_enabled{proxy="redis"}': 0,
    'toxiproxy_proxy_toxics{proxy="redis"}': 0,
    'toxiproxy_proxy_enabled{proxy="postgres"}': 1,
    'toxiproxy_proxy_toxics{proxy="postgres"}': 2,
  });
});

test('a Toxiproxy that does not answer is a gap', async () => {
  expect(await toxiproxyGauges('http://127.0.0.1:1', {}, AbortSignal.timeout(1000))).toBeUndefined();
});
