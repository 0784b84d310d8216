import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { ensureTools } from '../harness/setup/tools.ts';

/** `npm test`: sets up what the tests need, checks the types, then runs all tests. Arguments go to the test runner. */
const root = resolve(import.meta.dirname, '..');
const steps: readonly (readonly string[])[] = [
  ['node_modules/typescript/bin/tsc', '--noEmit', '-p', '.'],
  ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'scenarios'],
  ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)],
];

await ensureTools((line) => process.stdout.write(`${line}\n`));
for (const [script = '', ...args] of steps) {
  const code = await new Promise<number>((done, failed) => {
    const child = spawn(process.execPath, ['--disable-warning=TimeoutNegativeWarning', resolve(root, script), ...args], { cwd: root, stdio: 'inherit' });
    child.once('error', failed).once('exit', (exitCode) => done(exitCode ?? 1));
  });
  if (code !== 0) {
    process.exitCode = code;
    break;
  }
}
