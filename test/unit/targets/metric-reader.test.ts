import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { Stack } from '../../../harness/stack/api.ts';
import { metricReaders } from '../../../harness/targets/ticketing/metric-reader.ts';

const failedCalls = (dependency: string) => ({ name: 'dependency_errors_total', labels: { dependency }, combine: 'sum' }) as const;

interface FakeProcess {
  readonly name: string;
  readonly url: string;
  /** undefined: it takes the request and says 500 */
  errors: number | undefined;
  gone(): Promise<void>;
}

/** Readings within a tenth of a second share one answer. */
const soon = async (read: () => Promise<number | null>): Promise<number | null> => {
  await sleep(120);
  return read();
};

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.closeAllConnections()));

async function processes(...names: string[]): Promise<{ stack: Pick<Stack, 'urls'>; all: FakeProcess[] }> {
  const all = await Promise.all(names.map(startProcess));
  return { stack: { urls: { service: all } } as unknown as Pick<Stack, 'urls'>, all };
}

async function startProcess(name: string): Promise<FakeProcess> {
  const server = createServer((_request, response) => {
    response.statusCode = process.errors === undefined ? 500 : 200;
    response.end(`db_pool_active ${process.errors}\ndependency_errors_total{dependency="redis"} ${process.errors}\ndependency_errors_total{dependency="kafka"} 9\n`);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const process: FakeProcess = {
    name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    errors: 0,
    async gone() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return process;
}

test('errors of all processes count together; one that ends takes none away, one that comes back goes on from there', async () => {
  const { stack, all } = await processes('api-1', 'api-2');
  const [one, two] = all as [FakeProcess, FakeProcess];
  const read = metricReaders(stack)(failedCalls('redis'));
  one.errors = 5;
  two.errors = 3;
  expect(await soon(read)).toBe(8);
  expect(await metricReaders(stack)(failedCalls('kafka'))()).toBe(18);
  two.errors = 1; // It was started again.
  expect(await soon(read)).toBe(9);
  await two.gone();
  one.errors = 6;
  expect(await soon(read)).toBe(10);
});

test('while a process is there but does not say, only growth of the others is evidence', async () => {
  const { stack, all } = await processes('api-1', 'api-2');
  const [one, two] = all as [FakeProcess, FakeProcess];
  const read = metricReaders(stack)(failedCalls('redis'));
  two.errors = undefined;
  one.errors = 4;
  expect(await soon(read)).toBeNull(); // What api-2 had counted before is not known yet.
  two.errors = 7;
  expect(await soon(read)).toBe(11);
  two.errors = undefined;
  expect(await soon(read)).toBeNull();
  one.errors = 5;
  expect(await soon(read)).toBe(12);
  expect(await soon(read)).toBeNull();
  two.errors = 8;
  expect(await soon(read)).toBe(13);
  await Promise.all(all.map((process) => process.gone()));
  expect(await soon(read)).toBeNull();
});

test('a dependency that nobody counts has no counter', async () => {
  const { stack } = await processes('api');
  expect(await metricReaders(stack)(failedCalls('gateway'))()).toBeNull();
});

test('a level is the sum or the highest of the processes that say it', async () => {
  const { stack, all } = await processes('api-1', 'api-2');
  const [one, two] = all as [FakeProcess, FakeProcess];
  one.errors = 4;
  two.errors = 7;
  expect(await metricReaders(stack)({ name: 'db_pool_active', combine: 'max' })()).toBe(7);
  expect(await metricReaders(stack)({ name: 'db_pool_active', combine: 'sum' })()).toBe(11);
  expect(await metricReaders(stack)({ name: 'db_pool_active', combine: 'sum', processes: ['api-1'] })()).toBe(4);
  two.errors = undefined;
  expect(await metricReaders(stack)({ name: 'db_pool_active', combine: 'sum' })()).toBe(4);
});
