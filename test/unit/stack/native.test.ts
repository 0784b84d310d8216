import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { componentLine } from '../../../harness/stack/native/component-line.ts';
import { baseEnvironment } from '../../../harness/stack/native/context.ts';
import { brokerProperties, metaPropertiesFor } from '../../../harness/stack/native/kafka-config.ts';
import { haproxyConfig } from '../../../harness/stack/native/haproxy.ts';
import { layOut } from '../../../harness/stack/native/layout.ts';
import { Ports } from '../../../harness/stack/native/ports.ts';
import { waitFor } from '../../../harness/stack/native/wait.ts';

test('two stacks that want the same ports get different ones', async () => {
  const sequence = [0.5, 0.5, 0.5, 0.25];
  const random = () => sequence.shift() ?? 0.75;
  using first = await Ports.take(random);
  using second = await Ports.take(random);
  expect(await first.next()).not.toBe(await second.next());
});

test('a port on which somebody listens is passed over', async () => {
  using ports = await Ports.take();
  const port = await ports.next();
  const occupied = createServer().listen(port + 1, '127.0.0.1');
  await once(occupied, 'listening');
  expect(await ports.next()).toBe(port + 2);
  occupied.close();
});

test('no port of a stack is used twice, and all are below those the kernel gives away', async () => {
  using ports = await Ports.take();
  const layout = await layOut(ports, { replicas: 3 });
  const all = [layout.toxiproxy, layout.haproxyStats ?? 0, ...layout.service.map(({ port }) => port), ...layout.routes.flatMap((route) => [route.listenPort, route.upstreamPort]), ...layout.brokers.flatMap((broker) => [broker.internal, broker.controller])];
  expect(new Set(all).size).toBe(all.length);
  expect(Math.max(...all)).toBeLessThan(32_768);
  expect(layout.routes.map((route) => route.name)).toEqual(['postgres', 'redis', 'gateway', 'api', 'broker-1', 'broker-2', 'broker-3']);
});

test('one replica is the service itself; several have HAProxy before them, and worker and consumer beside them', async () => {
  using ports = await Ports.take();
  const alone = await layOut(ports, { replicas: 1, apiPort: 3000 });
  expect(alone.service).toEqual([{ name: 'api', roles: 'api,worker,consumer', port: alone.api }]);
  expect(alone.routes.find(({ name }) => name === 'api')).toEqual({ name: 'api', listenPort: 3000, upstreamPort: alone.api });
  using more = await Ports.take();
  const { service, api } = await layOut(more, { replicas: 2 });
  expect(service.map(({ name, roles }) => `${name}: ${roles}`)).toEqual(['api-1: api', 'api-2: api', 'worker: worker', 'consumer: consumer']);
  expect(service.map(({ port }) => port)).not.toContain(api);
});

test('the load balancer sends nothing twice that may have had an effect', () => {
  const config = haproxyConfig({ listenPort: 1, statsPort: 2, replicas: [{ name: 'api-1', port: 3 }, { name: 'api-2', port: 4 }] });
  const backends = config.split(/^backend /m).slice(1);
  expect(backends).toHaveLength(2);
  for (const backend of backends) {
    expect(backend).toMatch(/http-request disable-l7-retry unless METH_GET/);
    expect(backend).toMatch(/server api-1 127\.0\.0\.1:3\n {2}server api-2 127\.0\.0\.1:4\n/);
  }
  expect(config).toMatch(/option redispatch 1\n/);
});

test('a broker sends clients to its proxy and other brokers to itself', () => {
  const brokers = [1, 2, 3].map((n) => ({ client: 100 + n, internal: 200 + n, controller: 300 + n, advertisedPort: 400 + n }));
  const properties = brokerProperties(2, brokers, '/data');
  expect(properties).toContain('advertised.listeners=CLIENT://127.0.0.1:402,INTERNAL://127.0.0.1:202\n');
  expect(properties).toContain('controller.quorum.voters=1@127.0.0.1:301,2@127.0.0.1:302,3@127.0.0.1:303\n');
  expect(properties).toContain('min.insync.replicas=2\n');
  expect(properties).toContain('default.replication.factor=3\n');
});

test('the folder of a formatted node becomes that of another by its two ids', () => {
  expect(metaPropertiesFor(3, 'new', '#\ncluster.id=c\ndirectory.id=old\nnode.id=1\nversion=1\n')).toBe('#\ncluster.id=c\ndirectory.id=new\nnode.id=3\nversion=1\n');
});

test('a wait that fails says its name, its deadline, what was seen last and how the log ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wait-test-'));
  const logFile = join(folder, 'x.log');
  writeFileSync(logFile, 'first\nport taken\n');
  const probe = () => Promise.reject(new TypeError('fetch failed', { cause: new AggregateError([new Error('connect ECONNREFUSED')]) }));
  const failed = waitFor({ what: 'postgres ready', timeoutMs: 60, logFile }, probe);
  await expect(failed).rejects.toThrow(/^postgres ready: not after 60 ms; last: connect ECONNREFUSED\n.*x\.log ends with:\n {2}\| first\n {2}\| port taken$/s);
  const dead = waitFor({ what: 'redis ready', timeoutMs: 60_000, process: { name: 'redis', pid: 4_194_303, startTicks: '1' } }, probe);
  await expect(dead).rejects.toThrow('redis ready: redis (pid 4194303) has ended; last: connect ECONNREFUSED');
  rmSync(folder, { recursive: true });
});

test('servers get no secrets from the environment of the user', () => {
  expect(baseEnvironment({ PATH: '/bin', HOME: '/root', DEPLOY_TOKEN: 'secret' })).toEqual({ PATH: '/bin', HOME: '/root' });
});

test('a component is one line: name, version, ports, seconds', () => {
  expect(componentLine({ name: 'broker-2', version: '4.3.1', directPort: 1, proxyPort: 2, readyMs: 4321 })).toBe('Kafka broker 2 4.3.1 · port 1, through Toxiproxy 2 · 4.3 s');
  expect(componentLine({ name: 'api', version: '26.10.0' })).toBe('ticketing service (Node 26.10.0)');
});
