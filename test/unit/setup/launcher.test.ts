import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processInfo } from '../../../chaos/drivers/proc.ts';

const launcher = fileURLToPath(new URL('../../../harness/gatecrash.mjs', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'launcher-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program started through the launcher, that says what signals it gets; both pids. */
async function startTalker() {
  const script = join(folder, 'talker.ts');
  writeFileSync(
    script,
    `process.on('SIGTERM', () => { console.log('SIGTERM'); process.exit(143); });
     process.on('SIGINT', () => console.log('SIGINT'));
     setTimeout(() => {}, 20_000);
     console.log(process.pid as number);`,
  );
  const child = spawn(process.execPath, [launcher, 'exec', script], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const lines: string[] = [];
  const input = createInterface({ input: child.stdout });
  const [first] = (await once(input, 'line')) as [string];
  input.on('line', (line) => lines.push(line));
  return { child, lines, pid: Number(first) };
}

test('a machine without anything is told all it lacks at once, with exit 64, and nothing is made', () => {
  const cache = join(folder, 'cache');
  const { status, stderr } = spawnSync(process.execPath, [launcher, 'run', 'x.yaml'], { encoding: 'utf8', env: { PATH: folder, GATECRASH_CACHE: cache } });
  expect(status).toBe(64);
  const lines = stderr.trim().split('\n');
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['Go', 'Java', 'Maven', 'Redis']);
  expect(existsSync(cache)).toBe(false);
});

test.each([['--version'], ['--help'], ['list']])('%s needs neither Go nor Java', (command) => {
  const { status, stderr } = spawnSync(process.execPath, [launcher, command], { encoding: 'utf8', env: { PATH: folder, GATECRASH_CACHE: join(folder, 'cache') } });
  expect([status, stderr]).toEqual([0, '']);
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['process.exit(3)', 3],
  ["process.kill(process.pid, 'SIGTERM')", 143],
  ["process.kill(process.pid, 'SIGKILL')", 137],
])('the end of the program is the end of the launcher: %s', (code, exit) => {
  const script = join(folder, 'end.ts');
  writeFileSync(script, code);
  expect(spawnSync(process.execPath, [launcher, 'exec', script], { encoding: 'utf8' }).status).toBe(exit);
});

test('signals to the launcher alone reach the program once, and its exit code comes back', async () => {
  const { child, lines } = await startTalker();
  child.kill('SIGINT');
  await expect.poll(() => lines, { timeout: 3000 }).toEqual(['SIGINT']);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([143, null]);
  expect(lines).toEqual(['SIGINT', 'SIGTERM']);
});

test('when the launcher is killed, the program is asked to end', async () => {
  const { child, lines, pid } = await startTalker();
  child.kill('SIGKILL');
  await expect.poll(() => processInfo(pid), { timeout: 3000 }).toBeUndefined();
  expect(lines).toEqual(['SIGTERM']);
});
