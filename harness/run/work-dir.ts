import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Supervisor } from '../supervisor/api.ts';

/** A new folder for short-lived files, which the supervisor removes at its end. The servers' own user reaches what is below it. */
export async function ownWorkDir(supervisor: Supervisor): Promise<string> {
  const workDir = await mkdtemp(join(tmpdir(), 'gatecrash-'));
  await supervisor.ownFolder(workDir);
  await chmod(workDir, 0o755);
  return workDir;
}
