import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeOnce } from '../../harness/setup/make-once.ts';
import { cacheDirOf, fileOnPath } from '../../harness/setup/paths.mjs';
import { runCommand } from '../../harness/setup/run-command.ts';

const requirements = resolve(import.meta.dirname, 'requirements.txt');
const INSTALL_TIMEOUT_MS = 5 * 60_000;

export interface Schemathesis {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Why schemathesis cannot run here, or undefined. It needs Python 3 with pip, which the rest of the project does not. */
export async function schemathesisMissing(): Promise<string | undefined> {
  const python = fileOnPath('python3', process.env);
  if (!python) return 'python3 is not on the PATH';
  return await runCommand({ what: 'pip', command: python, args: ['-m', 'pip', '--version'], timeoutMs: 30_000 }).then(() => undefined, () => 'python3 has no pip (Debian: apt-get install python3-pip)');
}

/** schemathesis in the user's cache, with all its packages at the versions of requirements.txt. */
export async function ensureSchemathesis(): Promise<Schemathesis> {
  const python = fileOnPath('python3', process.env) ?? 'python3';
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const path = join(cacheDirOf(process.env), `schemathesis-${hash}`);
  await makeOnce(
    {
      title: 'schemathesis',
      doing: 'installing with pip',
      path,
      make: async (partial) => void (await runCommand({ what: 'installing schemathesis', command: python, args: ['-m', 'pip', 'install', '-q', '--target', partial, '-r', requirements], timeoutMs: INSTALL_TIMEOUT_MS })),
    },
    (line) => process.stdout.write(`${line}\n`),
  );
  return { command: python, args: ['-m', 'schemathesis.cli'], env: { ...process.env, PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'ignore' } };
}
