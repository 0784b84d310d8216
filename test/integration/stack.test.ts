import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureTools } from '../../harness/setup/tools.ts';
import { query } from '../../harness/stack/native/postgres.ts';
import type { Stack } from '../../harness/stack/api.ts';
import { startNativeStack } from '../../harness/stack/native/start.ts';
import { startSupervisor } from '../../harness/supervisor/client.ts';
import { isAlive } from '../../chaos/drivers/proc.ts';

test('a second stack comes up beside the first with durable settings, restarts its service, and leaves no process, port or folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stack-test-'));
  chmodSync(folder, 0o755);
  const workDir = join(folder, 'work');
  const logDir = join(folder, 'logs');
  mkdirSync(workDir, { mode: 0o755 });
  mkdirSync(logDir);
  const lines: string[] = [];
  const supervisor = await startSupervisor({ stateDir: join(folder, 'state') });
  try {
    await supervisor.ownFolder(workDir);
    const tools = await ensureTools(() => {});
    const stack = await startNativeStack({ supervisor, tools, workDir, logDir, report: (line) => lines.push(line) });
    const components = [...stack.components()];
    expect(components.map((component) => component.name).toSorted()).toEqual(['broker-1', 'broker-2', 'broker-3', 'postgres', 'redis', 'toxiproxy']);
    expect(lines).toHaveLength(6);
    expect(lines.join('\n')).toMatch(/PostgreSQL 18\.[0-9]+ · port [0-9]+, through Toxiproxy [0-9]+ · [0-9.]+ s/);

    expect(Object.keys(stack.proxies).toSorted()).toEqual(['api', 'broker-1', 'broker-2', 'broker-3', 'gateway', 'postgres', 'redis']);
    expect(await stack.durableSettings()).toMatchObject({ 'postgres.fsync': 'on', 'postgres.synchronous_commit': 'on', 'postgres.full_page_writes': 'on', 'kafka.brokers': '3' });
    const proxied = stack.proxies.postgres?.port ?? 0;
    expect(await query(proxied, stack.templateDatabase, "SELECT count(*) > 0 AS migrated FROM information_schema.tables WHERE table_schema = 'public'")).toEqual([{ migrated: true }]);

    const ports = components.flatMap((component) => [component.directPort, component.proxyPort]).filter((port) => port !== undefined);
    expect(ports.every((port) => port >= 10_000 && port < 32_000)).toBe(true);
    expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => true));

    const serviceDir = stubService(folder);
    await stack.startService({ database: 'one', topicPrefix: 'a-', settings: { HOLD_SECONDS: '7' }, serviceDir });
    const first = await environmentOf(stack.urls.api);
    expect(first).toMatchObject({ DATABASE_URL: stack.urls.postgresProxied('one'), REDIS_URL: stack.urls.redisProxied, KAFKA_TOPIC_PREFIX: 'a-', HOLD_SECONDS: '7' });
    expect(first.KAFKA_BROKERS).toBe(stack.urls.kafkaBrokers.join(','));
    expect(first.GATEWAY_URL).toBe(`http://127.0.0.1:${stack.proxies.gateway?.port}`);
    const pids = servicePids(stack);
    await stack.startService({ database: 'two', topicPrefix: 'b-', settings: {}, serviceDir });
    expect(await environmentOf(stack.urls.api)).toMatchObject({ DATABASE_URL: stack.urls.postgresProxied('two'), TOKEN_SECRET: first.TOKEN_SECRET });
    expect(servicePids(stack).filter((pid) => pids.includes(pid))).toEqual([]);
    components.push(...stack.components().filter(({ name }) => name === 'api' || name === 'gateway'));

    await supervisor.close();
    expect(components.filter((component) => component.handle && isAlive(component.handle)).map((component) => component.name)).toEqual([]);
    expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => false));
    expect(existsSync(workDir)).toBe(false);
  } finally {
    await supervisor.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A service that answers everything with its environment. */
function stubService(folder: string): string {
  const serviceDir = join(folder, 'service');
  mkdirSync(join(serviceDir, 'gateway'), { recursive: true });
  const program = `import { createServer } from 'node:http';
createServer((_request, response) => response.end(JSON.stringify(process.env))).listen(Number(process.env.PORT), '127.0.0.1');`;
  for (const name of ['server.ts', 'gateway/main.ts']) writeFileSync(join(serviceDir, name), program);
  return serviceDir;
}

const environmentOf = async (url: string): Promise<Record<string, string>> => (await (await fetch(url)).json()) as Record<string, string>;

const servicePids = (stack: Stack): (number | undefined)[] => stack.components().filter(({ name }) => name === 'api' || name === 'gateway').map(({ handle }) => handle?.pid);

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
