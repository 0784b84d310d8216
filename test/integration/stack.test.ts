import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureTools } from '../../harness/setup/tools.ts';
import { query } from '../../harness/stack/native/postgres.ts';
import { startNativeStack } from '../../harness/stack/native/start.ts';
import { startSupervisor } from '../../harness/supervisor/client.ts';
import { isAlive } from '../../harness/supervisor/proc.ts';

test('a second stack comes up beside the first with durable settings, and leaves no process, port or folder', async () => {
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
    const components = stack.components();
    expect(components.map((component) => component.name).toSorted()).toEqual(['kafka-1', 'kafka-2', 'kafka-3', 'postgres', 'redis', 'toxiproxy']);
    expect(lines).toHaveLength(6);
    expect(lines.join('\n')).toMatch(/PostgreSQL 18\.[0-9]+ · port [0-9]+, through Toxiproxy [0-9]+ · [0-9.]+ s/);

    expect(Object.keys(stack.proxies).toSorted()).toEqual(['api', 'gateway', 'kafka-1', 'kafka-2', 'kafka-3', 'postgres', 'redis']);
    expect(await stack.durableSettings()).toMatchObject({ 'postgres.fsync': 'on', 'postgres.synchronous_commit': 'on', 'postgres.full_page_writes': 'on', 'kafka.brokers': '3' });
    const proxied = stack.proxies.postgres?.port ?? 0;
    expect(await query(proxied, stack.templateDatabase, "SELECT count(*) > 0 AS migrated FROM information_schema.tables WHERE table_schema = 'public'")).toEqual([{ migrated: true }]);

    const ports = components.flatMap((component) => [component.directPort, component.proxyPort]).filter((port) => port !== undefined);
    expect(ports.every((port) => port >= 10_000 && port < 32_000)).toBe(true);
    expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => true));

    await supervisor.close();
    expect(components.filter((component) => component.handle && isAlive(component.handle)).map((component) => component.name)).toEqual([]);
    expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => false));
    expect(existsSync(workDir)).toBe(false);
  } finally {
    await supervisor.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

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
