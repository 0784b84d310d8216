import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { projectRoot } from '../../harness/setup/paths.mjs';
import { ensureTools } from '../../harness/setup/tools.ts';
import { startNativeStack } from '../../harness/stack/native/start.ts';
import type { Supervisor } from '../../harness/supervisor/api.ts';
import { startSupervisor } from '../../harness/supervisor/client.ts';
import { recover } from '../../harness/supervisor/recover.ts';
import { withPostgres } from '../../harness/targets/ticketing/postgres.ts';
import { migrate } from '../../service/migrate.ts';

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

/**
 * Starts the stack before the first test; the function it gives takes it down after the last. With TEST_STACK set to the
 * file of a stack that is up already (test/stack.ts), that one is used and left alone.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stack, close } = await openTestStack();
  project.provide('stack', stack);
  return close;
}

/** The stack that TEST_STACK names, or one of its own. */
export const openTestStack = (): Promise<{ stack: TestStack; close: () => Promise<void> }> =>
  process.env['TEST_STACK'] ? borrowStack(process.env['TEST_STACK']) : startTestStack();

/** A stack of its own, in a temporary folder; `close` leaves nothing. */
export async function startTestStack(): Promise<{ stack: TestStack; supervisor: Supervisor; workDir: string; close: () => Promise<void> }> {
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
    return {
      stack: {
        postgresAdminUrl: stack.urls.postgresDirect('postgres'),
        templateDatabase: stack.templateDatabase,
        redisUrl: stack.urls.redisDirect,
        redisProxiedUrl: stack.urls.redisProxied,
        kafkaBrokers: stack.urls.kafkaBrokers,
        toxiproxyApi: stack.toxiproxyApi,
        proxies: stack.proxies,
      },
      supervisor,
      workDir,
      close: () => supervisor.close(),
    };
  } catch (error) {
    await supervisor.close();
    throw error;
  }
}

/** The template of a borrowed stack is made of this checkout's migrations, and found again by their hash. */
async function borrowStack(file: string): Promise<{ stack: TestStack; close: () => Promise<void> }> {
  const stack = JSON.parse(readFileSync(file, 'utf8')) as TestStack;
  const hash = createHash('sha256');
  for (const path of globSync('service/migrations/*.sql', { cwd: projectRoot }).toSorted()) hash.update(path).update(readFileSync(join(projectRoot, path)));
  const templateDatabase = `template_${hash.digest('hex').slice(0, 12)}`;
  const made = await withPostgres(stack.postgresAdminUrl, async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [templateDatabase]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${templateDatabase}`);
    return rowCount === 0;
  });
  const url = new URL(stack.postgresAdminUrl);
  url.pathname = templateDatabase;
  if (made) await migrate(url.href);
  return { stack: { ...stack, templateDatabase }, close: async () => {} };
}
