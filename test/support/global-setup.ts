import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureTools } from '../../harness/setup/tools.ts';
import { startNativeStack } from '../../harness/stack/native/start.ts';
import { startSupervisor } from '../../harness/supervisor/client.ts';
import { recover } from '../../harness/supervisor/recover.ts';

/** One stack for all integration tests, without gateway and api; `inject('stack')` in a test gives its addresses. */
export interface TestStack {
  /** Direct, to the database "postgres". */
  readonly postgresAdminUrl: string;
  /** Migrated and empty: CREATE DATABASE … TEMPLATE it. */
  readonly templateDatabase: string;
  readonly redisUrl: string;
  readonly redisProxiedUrl: string;
  /** Through Toxiproxy, as for every client. */
  readonly kafkaBrokers: readonly string[];
  readonly toxiproxyApi: string;
  readonly proxies: Readonly<Record<string, { readonly name: string; readonly port: number }>>;
}

declare module 'vitest' {
  export interface ProvidedContext {
    stack: TestStack;
  }
}

/** Starts the stack before the first test; the function it gives takes it down after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await recover();
  const tools = await ensureTools((line) => process.stdout.write(`${line}\n`));
  const supervisor = await startSupervisor();
  try {
    const workDir = await mkdtemp(join(tmpdir(), 'gatecrash-test-'));
    await supervisor.ownFolder(workDir);
    await chmod(workDir, 0o755);
    const logDir = join(workDir, 'logs');
    await mkdir(logDir);
    const stack = await startNativeStack({ supervisor, tools, workDir, logDir, report: () => {} });
    project.provide('stack', {
      postgresAdminUrl: stack.urls.postgresDirect('postgres'),
      templateDatabase: stack.templateDatabase,
      redisUrl: stack.urls.redisDirect,
      redisProxiedUrl: stack.urls.redisProxied,
      kafkaBrokers: stack.urls.kafkaBrokers,
      toxiproxyApi: stack.toxiproxyApi,
      proxies: stack.proxies,
    });
  } catch (error) {
    await supervisor.close();
    throw error;
  }
  return () => supervisor.close();
}
