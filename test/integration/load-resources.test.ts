import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Value from 'typebox/value';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Bus } from '../../harness/contracts/bus.ts';
import { ResourceRow } from '../../harness/contracts/resources.ts';
import { startResources } from '../../harness/metrics/resources.ts';
import type { Component, Stack } from '../../harness/stack/api.ts';
import type { ProcessHandle, Supervisor } from '../../harness/supervisor/api.ts';
import { startSupervisor } from '../../harness/supervisor/client.ts';

let folder: string;
let supervisor: Supervisor;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatecrash-resources-'));
  supervisor = await startSupervisor({ stateDir: join(folder, 'state') });
});
afterAll(async () => {
  await supervisor.close();
  rmSync(folder, { recursive: true });
});

/** A shell that waits, with a child in the same group that keeps a core busy for a moment. */
function spawnShell(name: string): Promise<ProcessHandle> {
  const script = 'timeout 0.3 sh -c "while :; do :; done"; sleep 60; true'; // Without the last, some shells become the sleep.
  return supervisor.spawn({ name, command: '/bin/sh', args: ['-c', script], env: { PATH: process.env.PATH ?? '' }, logFile: join(folder, `${name}.log`) });
}

async function startMetrics(): Promise<{ readonly url: string; answers: boolean } & AsyncDisposable> {
  const server = createServer((_request, response) => {
    if (metrics.answers) response.end('distributed_lock_attempts_total 7\ndb_pool_active 2\nhttp_requests_total{route="/"} 9\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const metrics = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers: true,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return metrics;
}

/** Waits until something holds; throws with its name after the deadline. */
async function until(what: string, holds: () => boolean, deadlineMs = 10_000): Promise<void> {
  const endMs = Date.now() + deadlineMs;
  while (!holds()) {
    if (Date.now() > endMs) throw new Error(`${what}: not after ${deadlineMs} ms`);
    await sleep(20);
  }
}

it('reads all processes and the service once a second, follows a restart, and leaves out what it cannot read', async () => {
  await using metrics = await startMetrics();
  const handles = new Map<string, ProcessHandle>([['api', await spawnShell('api')]]);
  const generator = await spawnShell('k6-0');
  const components = (): Component[] => [...handles].map(([name, handle]) => ({ name, version: '1', handle }));
  const stack = { components, urls: { service: [{ name: 'api', url: metrics.url }] } } as unknown as Stack;

  const bus = new Bus();
  const rows: ResourceRow[] = [];
  bus.on('resource', (row) => rows.push(row));
  const of = (process: string): ResourceRow[] => rows.filter((row) => row.process === process);
  const resources = startResources({ bus, stack, supervisor, generators: () => [generator], alsoWatched: [] });

  await until('three readings of the service', () => of('api').length >= 3);
  for (const process of ['api', 'k6-0', 'harness', 'supervisor', 'machine']) {
    const seconds = of(process).map(({ second }) => second);
    expect(seconds, process).toEqual(seconds.map((_, index) => (seconds[0] ?? 0) + index));
    expect(of(process).at(-1), process).toMatchObject({ cpuSeconds: expect.any(Number), memoryBytes: expect.any(Number) });
  }
  expect(rows.flatMap((row) => [...Value.Errors(ResourceRow, row)])).toEqual([]);
  // The child's 0.3 s, though it has ended since.
  expect(of('api').at(-1)?.cpuSeconds).toBeGreaterThan(0.1);
  expect(of('api').at(-1)).toMatchObject({ threads: 2, descriptors: expect.any(Number), gauges: { distributed_lock_attempts_total: 7, db_pool_active: 2 } });
  expect(Object.keys(of('api').at(-1)?.gauges ?? {})).toHaveLength(2);
  expect(of('machine').at(-1)?.gauges).toMatchObject({ load1: expect.any(Number), memory_available_bytes: expect.any(Number) });

  metrics.answers = false;
  await supervisor.stop('api');
  const stoppedSecond = Math.floor(Date.now() / 1000);
  await until('a reading without the service', () => of('machine').some(({ second }) => second > stoppedSecond));
  handles.set('api', await supervisor.spawn({ name: 'api', command: '/bin/sleep', args: ['60'], env: {}, logFile: join(folder, 'api.log') }));
  await until('a reading of the new service', () => of('api').some(({ second }) => second > stoppedSecond));
  const restarted = of('api').at(-1);
  expect(restarted).not.toHaveProperty('gauges'); // It did not answer.
  expect(restarted?.cpuSeconds).toBeLessThan(0.1); // Another process: from 0 on.
  expect(of('api').length).toBeLessThan(of('k6-0').length);

  resources[Symbol.dispose]();
  const count = rows.length;
  await sleep(1200);
  expect(rows.length).toBe(count);
});
