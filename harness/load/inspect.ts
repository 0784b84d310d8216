import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../contracts/fail.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Supervisor } from '../supervisor/api.ts';
import { type K6Paths, k6Environment, loadVariable } from './k6-command.ts';

// Some syntax (decorators, `using`, import attributes) sends k6's parser into an endless loop.
const INSPECT_TIMEOUT_MS = 15_000;

export interface InspectOptions extends Pick<K6Paths, 'k6Path' | 'projectDir' | 'workDir'> {
  readonly plan: Plan;
  readonly supervisor: Supervisor;
}

/** Has k6 read the script as it will be run, before anything else is started. Throws a UsageError with k6's own words. */
export async function inspectScript({ plan, supervisor, k6Path, projectDir, workDir }: InspectOptions): Promise<void> {
  const { script } = plan.load;
  const logFile = join(workDir, 'k6-inspect.log');
  await rm(logFile, { force: true });
  const env = { ...k6Environment(workDir), GATECRASH_LOAD: loadVariable(plan, 0, 'http://127.0.0.1:1') };
  let code: number | null;
  try {
    ({ code } = await supervisor.execute({ name: 'k6-inspect', command: k6Path, args: ['inspect', '--no-color', '--log-format', 'raw', script], cwd: projectDir, env, logFile }, INSPECT_TIMEOUT_MS));
  } catch (error) {
    const message = `k6 could not read the script: ${(error as Error).message}`;
    throw new UsageError([{ file: script, message, fix: 'decorators, "using" and import attributes make k6\'s parser loop; leave them out' }]);
  }
  if (code === 0) return;
  const said = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-10).join('\n');
  throw new UsageError([{ file: script, message: `k6 inspect failed with code ${code}: ${said || 'it said nothing'}` }]);
}
