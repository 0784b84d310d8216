import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSupervisor } from '../../harness/supervisor/client.ts';
import { isAlive, processInfo } from '../../chaos/drivers/proc.ts';
import { recover } from '../../harness/supervisor/recover.ts';
import { nodeArgs } from '../../harness/stack/native/node-process.ts';
import type { ProcessExit, ProcessRestart, ProcessSpec } from '../../harness/supervisor/api.ts';

let folder: string;
let stateDir: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervisor-test-'));
  stateDir = join(folder, 'state');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const shell = (name: string, script: string): ProcessSpec => ({
  name,
  command: '/bin/sh',
  args: ['-c', script],
  env: { PATH: process.env.PATH ?? '' },
  logFile: join(folder, `${name}.log`),
  stopTimeoutMs: 400,
});
const sleeper = (name: string): ProcessSpec => shell(name, 'sleep 300 & sleep 300');

test('when the harness is killed, its processes, their children and its folders are gone and its faults undone', async () => {
  await using toxiproxy = await fakeToxiproxy();
  const victim = await startVictim(toxiproxy.api);
  const family = familyPids(victim.pids);
  expect(family.length).toBeGreaterThanOrEqual(5);
  victim.process.kill('SIGKILL');
  await until('supervisor gone', () => !processInfo(victim.supervisor));
  expect(family.filter((pid) => running(pid))).toEqual([]);
  expect(existsSync(victim.owned)).toBe(false);
  expect(toxiproxy.enabled()).toBe(true);
  expect(readdirSync(stateDir)).toEqual([]);
});

test('when the supervisor itself is killed, recover does its work, and only once', async () => {
  await using toxiproxy = await fakeToxiproxy();
  const victim = await startVictim(toxiproxy.api);
  const family = familyPids(victim.pids);
  process.kill(victim.supervisor, 'SIGKILL');
  await until('harness and supervisor gone', () => !running(victim.supervisor));
  victim.process.kill('SIGKILL');
  const reports = await Promise.all([recover(stateDir), recover(stateDir)]);
  expect(reports.flatMap((report) => report.problems)).toEqual([]);
  expect(reports.reduce((sum, report) => sum + report.supervisors, 0)).toBe(1);
  expect(reports.flatMap((report) => report.undone)).toEqual(['fault u1']);
  expect(family.filter((pid) => running(pid))).toEqual([]);
  expect(existsSync(victim.owned)).toBe(false);
  expect(toxiproxy.enabled()).toBe(true);
  expect(await recover(stateDir)).toMatchObject({ supervisors: 0, stopped: [] });
});

test('a harness that is silent for longer than its lease loses everything', async () => {
  await using toxiproxy = await fakeToxiproxy();
  const victim = await startVictim(toxiproxy.api, 2500);
  victim.process.kill('SIGSTOP');
  await until('supervisor gone', () => !running(victim.supervisor));
  expect(victim.pids.filter((pid) => running(pid))).toEqual([]);
  expect(toxiproxy.enabled()).toBe(true);
  victim.process.kill('SIGKILL');
});

test('recover leaves a living supervisor alone', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  const handle = await supervisor.spawn(sleeper('a'));
  expect(await recover(stateDir)).toMatchObject({ supervisors: 0 });
  expect(isAlive(handle)).toBe(true);
});

test('recover does not touch a process that has taken over a pid', async () => {
  const stranger = spawn('sleep', ['300'], { stdio: 'ignore' });
  const pid = stranger.pid ?? 0;
  mkdirSync(stateDir);
  const line = { kind: 'process', handle: { name: 'old', pid, startTicks: '1' }, stopSignal: 'SIGKILL', stopTimeoutMs: 100 };
  writeFileSync(join(stateDir, '4194304-7.ndjson'), `${JSON.stringify(line)}\n{"kind":"fold`);
  expect(await recover(stateDir)).toMatchObject({ supervisors: 1, problems: [] });
  expect(running(pid)).toBe(true);
  stranger.kill('SIGKILL');
});

test('a process that ignores SIGTERM is killed after its time, with its children', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  const handle = await supervisor.spawn(shell('stubborn', "trap '' TERM; echo ready; sleep 300 & while :; do sleep 300; done"));
  await until('trap set', () => readFileSync(join(folder, 'stubborn.log'), 'utf8').includes('ready'));
  const family = familyPids([handle.pid]);
  const started = performance.now();
  await supervisor.stop('stubborn');
  expect(performance.now() - started).toBeGreaterThan(350);
  expect(family.filter((pid) => running(pid))).toEqual([]);
});

test('a process that was stopped with SIGSTOP can still be ended', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  const handle = await supervisor.spawn(sleeper('held'));
  await supervisor.signal('held', 'SIGSTOP');
  await supervisor.stop('held');
  expect(isAlive(handle)).toBe(false);
});

test('an exit is planned when it was asked for, and unplanned when it was not', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  const exits: ProcessExit[] = [];
  supervisor.onExit((exit) => exits.push(exit));
  await supervisor.spawn(shell('crash', 'exit 3'));
  await supervisor.spawn(sleeper('told'));
  await supervisor.spawn(sleeper('killed'));
  const outside = await supervisor.spawn(sleeper('outside'));
  await supervisor.stop('told');
  await supervisor.signal('killed', 'SIGKILL');
  process.kill(outside.pid, 'SIGKILL');
  await until('four exits', () => exits.length === 4);
  expect(Object.fromEntries(exits.map((exit) => [exit.process, [exit.code, exit.signal, exit.planned]]))).toEqual({
    crash: [3, null, false],
    told: [null, 'SIGTERM', true],
    killed: [null, 'SIGKILL', true],
    outside: [null, 'SIGKILL', false],
  });
});

const restart = { pauseMsMin: 50, pauseMsMax: 200, stableAfterMs: 10_000 };

test('a process with a restart policy is started again, after pauses that grow, until it is stopped', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  const exits: ProcessExit[] = [];
  const restarts: ProcessRestart[] = [];
  supervisor.onExit((exit) => exits.push(exit));
  supervisor.onRestart((again) => restarts.push(again));
  const first = await supervisor.spawn({ ...sleeper('kept'), restart });
  await supervisor.spawn(sleeper('not-kept'));
  process.kill(first.pid, 'SIGKILL');
  await until('started again', () => restarts.length === 1);
  expect(restarts[0]?.handle).toMatchObject({ name: 'kept' });
  expect(restarts[0]?.handle.pid).not.toBe(first.pid);
  expect(exits).toMatchObject([{ process: 'kept', pid: first.pid, signal: 'SIGKILL', planned: false }]);
  process.kill(restarts[0]!.handle.pid, 'SIGKILL');
  await until('started again', () => restarts.length === 2);
  expect((restarts[1]?.tMs ?? 0) - (exits[1]?.tMs ?? 0)).toBeGreaterThanOrEqual(95);
  expect(isAlive(restarts[1]!.handle)).toBe(true);
  // Whoever ends it on purpose also says when it comes back.
  await supervisor.signal('kept', 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(restarts).toHaveLength(2);
  expect(isAlive(restarts[1]!.handle)).toBe(false);
  await expect(supervisor.spawn({ ...sleeper('kept'), restart })).resolves.toMatchObject({ name: 'kept' });
});

test('one that was ended on purpose stays ended until it is started, as it was, restart policy included', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  const restarts: ProcessRestart[] = [];
  const exits: ProcessExit[] = [];
  supervisor.onRestart((again) => restarts.push(again));
  supervisor.onExit((exit) => exits.push(exit));
  const first = await supervisor.spawn({ ...shell('again', 'echo "$WHO"; exec sleep 300'), env: { PATH: process.env.PATH ?? '', WHO: 'as it was' }, restart });
  const said = (times: number) => (): boolean => readFileSync(join(folder, 'again.log'), 'utf8') === 'as it was\n'.repeat(times);
  await until('said who it is', said(1));
  await supervisor.start('again');
  expect(restarts).toEqual([]);
  expect(isAlive(first)).toBe(true);
  await supervisor.signal('again', 'SIGKILL');
  await until('ended', () => exits.length === 1);
  await supervisor.start('again');
  const second = restarts[0]!.handle;
  expect(second.pid).not.toBe(first.pid);
  expect(isAlive(second)).toBe(true);
  await until('said it again', said(2));
  expect(exits).toMatchObject([{ pid: first.pid, planned: true }]);
  process.kill(second.pid, 'SIGKILL');
  await until('started again by its policy', () => restarts.length === 2);
  expect(exits).toMatchObject([{ planned: true }, { pid: second.pid, planned: false }]);
  await expect(supervisor.start('never')).rejects.toThrow('never: was never started');
});

test('one that is ending is started when it has ended, whoever ends it', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  const restarts: ProcessRestart[] = [];
  supervisor.onRestart((again) => restarts.push(again));
  const slow = shell('slow', "trap 'sleep 0.3; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
  const handles = [await supervisor.spawn({ ...slow, stopTimeoutMs: 5000 })];
  const ready = (times: number) => until('trap set', () => (readFileSync(join(folder, 'slow.log'), 'utf8').match(/ready/g) ?? []).length === times);
  await ready(1);
  await supervisor.signal('slow', 'SIGTERM');
  await supervisor.start('slow');
  handles.push(restarts[0]!.handle);
  await ready(2);
  const stopped = supervisor.stop('slow');
  await supervisor.start('slow');
  await stopped;
  handles.push(restarts[1]!.handle);
  expect(handles.map((handle) => isAlive(handle))).toEqual([false, false, true]);
});

test('an end that is expected is planned whatever brings it, and only that one', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  const exits: ProcessExit[] = [];
  const restarts: ProcessRestart[] = [];
  supervisor.onExit((exit) => exits.push(exit));
  supervisor.onRestart((again) => restarts.push(again));
  const first = await supervisor.spawn({ ...sleeper('doomed'), restart });
  await supervisor.expectEnd('doomed');
  process.kill(first.pid, 'SIGKILL');
  await until('started again', () => restarts.length === 1);
  process.kill(restarts[0]!.handle.pid, 'SIGKILL');
  await until('started again', () => restarts.length === 2);
  expect(exits.map(({ planned }) => planned)).toEqual([true, false]);
  await expect(supervisor.expectEnd('unknown')).rejects.toThrow('unknown: does not run');
});

test('of a process that has ended, the end after its next start can be expected, and only that one', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  const exits: ProcessExit[] = [];
  supervisor.onExit((exit) => exits.push(exit));
  await supervisor.spawn(shell('short', 'exit 1'));
  await until('ended', () => exits.length === 1);
  await supervisor.expectEnd('short');
  await supervisor.start('short');
  await until('ended again', () => exits.length === 2);
  await supervisor.start('short');
  await until('ended once more', () => exits.length === 3);
  expect(exits.map(({ planned }) => planned)).toEqual([false, true, false]);
});

test('a process that is stopped, continued or killed takes along what has left its group', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  const handle = await supervisor.spawn(shell('family', 'setsid sleep 300 & sleep 300'));
  const family = (): number[] => readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).map(Number).filter((pid) => processInfo(pid)?.parentPid === handle.pid);
  await until('both children', () => family().some((pid) => processInfo(pid)?.groupId === pid) && family().length === 2);
  const pids = [handle.pid, ...family()];
  const states = () => pids.map((pid) => processInfo(pid)?.state);
  await supervisor.signal('family', 'SIGSTOP');
  await until('all stopped', () => states().every((state) => state === 'T'));
  await supervisor.signal('family', 'SIGCONT');
  await until('all go on', () => states().every((state) => state === 'S'));
  await supervisor.signal('family', 'SIGKILL');
  await supervisor.start('family');
  expect(pids.filter((pid) => running(pid))).toEqual([]);
});

test('one that is stopped, or put away, while it pauses before its restart never comes back', async () => {
  const supervisor = await startSupervisor({ stateDir });
  const exits: ProcessExit[] = [];
  const restarts: ProcessRestart[] = [];
  supervisor.onExit((exit) => exits.push(exit));
  supervisor.onRestart((again) => restarts.push(again));
  await supervisor.spawn({ ...shell('a', 'exit 1'), restart: { ...restart, pauseMsMin: 300 } });
  await supervisor.spawn({ ...shell('b', 'exit 1'), restart: { ...restart, pauseMsMin: 60_000, pauseMsMax: 60_000 } });
  await until('both have ended', () => exits.length === 2);
  await supervisor.stop('a');
  await supervisor.close();
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(restarts).toEqual([]);
  expect(readdirSync(stateDir)).toEqual([]);
});

test('a Node process that runs out of memory leaves a heap snapshot and is started again', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  const exits: ProcessExit[] = [];
  const restarts: ProcessRestart[] = [];
  supervisor.onExit((exit) => exits.push(exit));
  supervisor.onRestart((again) => restarts.push(again));
  const leaked = join(folder, 'leaked');
  const leak = `const { existsSync, writeFileSync } = require('node:fs');
    if (existsSync(${JSON.stringify(leaked)})) { setInterval(() => {}, 1000); } else {
      writeFileSync(${JSON.stringify(leaked)}, ''); const kept = []; setInterval(() => kept.push(new Array(100_000).fill({ what: 'kept' })), 5); }`;
  await supervisor.spawn({ name: 'leaky', command: process.execPath, args: [...nodeArgs({ heapMb: 24, snapshotDir: folder }), '-e', leak], env: {}, logFile: join(folder, 'leaky.log'), restart });
  await until('started again', () => restarts.length === 1, 50_000);
  expect(exits).toMatchObject([{ process: 'leaky', planned: false }]);
  expect(readFileSync(join(folder, 'leaky.log'), 'utf8')).toMatch(/heap out of memory/);
  const snapshots = readdirSync(folder).filter((name) => name.endsWith('.heapsnapshot'));
  expect(snapshots).toHaveLength(1);
  expect(JSON.parse(readFileSync(join(folder, snapshots[0]!), 'utf8'))).toHaveProperty('snapshot');
  expect(isAlive(restarts[0]!.handle)).toBe(true);
});

test('a supervisor that is left to itself goes on without its harness, keeps its port taken, and puts all away on SIGTERM', async () => {
  const owned = join(folder, 'owned');
  mkdirSync(owned);
  const log = join(folder, 'supervisor.log');
  const supervisor = await startSupervisor({ stateDir, leaseMs: 1000, logFile: log });
  const lost: Error[] = [];
  supervisor.onLost((error) => lost.push(error));
  await supervisor.ownFolder(owned);
  const handle = await supervisor.spawn(sleeper('server'));
  const guard = createTcpServer();
  await once(guard.listen(0, '127.0.0.1'), 'listening');
  const { port } = guard.address() as AddressInfo;
  await supervisor.guardPort(guard);
  guard.close();
  await supervisor.leave();
  // Far beyond the lease, which would have ended it.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(isAlive(handle)).toBe(true);
  expect(await recover(stateDir)).toMatchObject({ supervisors: 0 });
  await expect(once(createTcpServer().listen(port, '127.0.0.1'), 'listening')).rejects.toThrow('EADDRINUSE');
  process.kill(supervisor.pid, 'SIGTERM');
  await until('supervisor gone', () => !running(supervisor.pid));
  expect(isAlive(handle)).toBe(false);
  expect(existsSync(owned)).toBe(false);
  expect(readdirSync(stateDir)).toEqual([]);
  expect(lost).toEqual([]);
  expect(readFileSync(log, 'utf8')).toBe('');
});

test('a command runs to its end and its log is whole by then; one that takes too long is ended', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  expect(await supervisor.execute(shell('quick', 'echo said; exit 4'), 5000)).toMatchObject({ code: 4, signal: null });
  expect(readFileSync(join(folder, 'quick.log'), 'utf8')).toBe('said\n');
  await expect(supervisor.execute(sleeper('slow'), 200)).rejects.toThrow('slow: not finished after 200 ms');
  await expect(supervisor.spawn({ ...sleeper('none'), command: '/does/not/exist' })).rejects.toThrow('none: cannot be started');
});

test('a process gets the environment it is given and nothing else', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  await supervisor.execute({ ...shell('env', ''), command: '/usr/bin/env', args: [], env: { ONLY: 'this' } }, 5000);
  expect(readFileSync(join(folder, 'env.log'), 'utf8')).toMatch(/^ONLY=this\nGATECRASH_SUPERVISOR=[0-9]+-[0-9]+\n$/);
});

test('a log is cut at its limit and keeps the last words', async () => {
  await using supervisor = await startSupervisor({ stateDir });
  await supervisor.execute({ ...shell('chatty', 'seq 1 100000; echo last words'), logBytesMax: 1000 }, 10_000);
  const log = readFileSync(join(folder, 'chatty.log'), 'utf8');
  expect(log.length).toBeLessThan(20_000);
  expect(log).toMatch(/^1\n2\n/);
  expect(log).toContain('bytes left out');
  expect(log.endsWith('last words\n')).toBe(true);
});

test('the loss of the supervisor is told, and what was asked of it is refused', async () => {
  const supervisor = await startSupervisor({ stateDir });
  const lost = new Promise<Error>((resolve) => supervisor.onLost(resolve));
  const pending = supervisor.execute(sleeper('long'), 60_000);
  const refused = expect(pending).rejects.toThrow(/supervisor .* is gone: SIGKILL/);
  await until('started', () => existsSync(join(folder, 'long.log')));
  process.kill(supervisor.pid, 'SIGKILL');
  await refused;
  expect((await lost).message).toContain('is gone');
  await supervisor.close();
  expect(await recover(stateDir)).toMatchObject({ supervisors: 1, problems: [] });
});

async function startVictim(api: string, leaseMs = 30_000) {
  const owned = join(folder, 'owned');
  mkdirSync(owned);
  writeFileSync(join(owned, 'file'), 'x');
  const orders = {
    stateDir,
    leaseMs,
    specs: [sleeper('a'), sleeper('b'), shell('stubborn', "trap '' TERM; while :; do sleep 300; done")],
    folders: [owned],
    undos: [{ id: 'u1', kind: 'toxiproxy-enable', api, proxy: 'redis' }],
  };
  const script = fileURLToPath(new URL('../support/victim-harness.ts', import.meta.url));
  const process_ = spawn(process.execPath, [script, JSON.stringify(orders)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: process_.stdout }), 'line')) as [string];
  return { process: process_, owned, ...(JSON.parse(line) as { supervisor: number; pids: number[] }) };
}

/** One proxy, cut; answers as Toxiproxy's API does. */
async function fakeToxiproxy() {
  const proxy = { name: 'redis', listen: '127.0.0.1:1', upstream: '127.0.0.1:2', enabled: false, toxics: [] };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      if (request.method !== 'GET') Object.assign(proxy, JSON.parse(body));
      response.setHeader('content-type', 'application/json').end(JSON.stringify(proxy));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    enabled: () => proxy.enabled,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const running = (pid: number): boolean => {
  const info = processInfo(pid);
  return info !== undefined && info.state !== 'Z';
};

/** The given leaders and the members of their groups. */
function familyPids(leaders: readonly number[]): number[] {
  return readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).map(Number).filter((pid) => leaders.includes(processInfo(pid)?.groupId ?? -1));
}

async function until(what: string, condition: () => boolean, timeoutMs = 8000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what}: not after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
