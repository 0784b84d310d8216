import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive, processInfo } from '../../chaos/drivers/proc.ts';
import type { ProcessHandle } from '../../harness/supervisor/api.ts';
import { recover } from '../../harness/supervisor/recover.ts';
import { mountsBelow } from '../../harness/supervisor/unmount.ts';
import { unmetNeeds } from '../../harness/run/machine-needs.ts';

/** Faults of the machine need root and more: where they are refused before load, nothing can be left of them. */
const can = unmetNeeds([{ id: 'cpu', kind: 'cpu' }, { id: 'disk', kind: 'disk-full' }]).length === 0;

let folder: string;
let stateDir: string;
let stranger: ChildProcess;
let harness: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faults-left-'));
  stateDir = join(folder, 'state');
  stranger = spawn('sleep', ['300'], { stdio: 'ignore' });
});
afterEach(async () => {
  stranger.kill('SIGKILL');
  // A victim that a failed test has left takes along what it mounted.
  harness?.kill('SIGKILL');
  await until('nothing mounted', () => mountsBelow(folder).length === 0);
  rmSync(folder, { recursive: true, force: true });
});

test.runIf(can)('when the harness is killed in the middle of faults, no stopped process, group, mount or folder is left', async () => {
  const victim = await startVictim();
  victim.process.kill('SIGKILL');
  await until('supervisor gone', () => !running(victim.supervisor));
  expectNothingLeft(victim);
});

test.runIf(can)('when the supervisor is killed with it, recover undoes the same', async () => {
  const victim = await startVictim();
  process.kill(victim.supervisor, 'SIGKILL');
  victim.process.kill('SIGKILL');
  await until('both gone', () => !running(victim.supervisor) && !running(victim.process.pid ?? 0));
  const { problems, undone } = await recover(stateDir);
  expect(problems).toEqual([]);
  expect(undone).toEqual(['fault f/2', 'fault f/1', 'fault f/0']);
  expectNothingLeft(victim);
});

type Victim = Awaited<ReturnType<typeof startVictim>>;

/** The stranger, as a process of a stack that outlives the run, goes on as before; all else is gone. */
function expectNothingLeft({ own, owned, group, home }: Victim): void {
  expect(processInfo(stranger.pid ?? 0)?.state).toMatch(/^[RS]$/);
  expect(readFileSync(`/proc/${stranger.pid}/cgroup`, 'utf8')).toBe(home);
  expect(existsSync(group)).toBe(false);
  expect(mountsBelow(owned)).toEqual([]);
  expect(existsSync(owned)).toBe(false);
  expect(isAlive(own)).toBe(false);
  expect(readdirSync(stateDir)).toEqual([]);
}

async function startVictim() {
  const owned = join(folder, 'owned');
  mkdirSync(owned);
  const pid = stranger.pid ?? 0;
  const home = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  const orders = { stateDir, owned, stranger: { pid, startTicks: processInfo(pid)?.startTicks } };
  const script = fileURLToPath(new URL('../support/victim-faults.ts', import.meta.url));
  const process_ = spawn(process.execPath, [script, JSON.stringify(orders)], { stdio: ['ignore', 'pipe', 'inherit'] });
  harness = process_;
  const [line] = (await once(createInterface({ input: process_.stdout }), 'line')) as [string];
  const told = JSON.parse(line) as { supervisor: number; own: ProcessHandle; group: string; disk: string };
  await until('the stranger stopped', () => processInfo(pid)?.state === 'T');
  expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).not.toBe(home);
  expect(mountsBelow(owned)).toEqual([told.disk]);
  return { process: process_, owned, home, ...told };
}

const running = (pid: number): boolean => {
  const info = processInfo(pid);
  return info !== undefined && info.state !== 'Z';
};

async function until(what: string, condition: () => boolean, timeoutMs = 8000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what}: not after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
