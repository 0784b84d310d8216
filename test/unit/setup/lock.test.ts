import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../../harness/setup/lock.mjs';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-test-'));
  lock = join(folder, 'some.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('processes that add to the same number under the lock lose nothing', async () => {
  const counter = join(folder, 'counter');
  writeFileSync(counter, '0');
  // Left by a holder that is dead: whoever takes it over must not take over a living one's.
  writeFileSync(lock, '4194303 1 0.5');
  const script = `
    const { withLock } = await import(${JSON.stringify(fileURLToPath(new URL('../../../harness/setup/lock.mjs', import.meta.url)))});
    const { readFileSync, writeFileSync } = await import('node:fs');
    for (let i = 0; i < 5; i++) await withLock(${JSON.stringify(lock)}, async () => {
      const value = Number(readFileSync(${JSON.stringify(counter)}, 'utf8'));
      await new Promise((resolve) => setTimeout(resolve, 3));
      writeFileSync(${JSON.stringify(counter)}, String(value + 1));
    });`;
  const children = Array.from({ length: 4 }, () => spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' }));
  const codes = await Promise.all(children.map(async (child) => ((await once(child, 'exit')) as [number])[0]));
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(readFileSync(counter, 'utf8')).toBe('20');
  expect(readdirSync(folder)).toEqual(['counter']);
}, 20_000);

test('a lock is free again after work that failed', async () => {
  await expect(withLock(lock, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(existsSync(lock)).toBe(false);
  expect(await withLock(lock, async () => 'done')).toBe('done');
});

test('a lock that stays held is given up with the name of its holder, who is told of only once', async () => {
  const waits: number[] = [];
  await withLock(lock, async () => {
    const second = withLock(lock, async () => 'never', { timeoutMs: 300, onWait: (pid) => waits.push(pid) });
    await expect(second).rejects.toThrow(`last: held by process ${process.pid}`);
  });
  expect(waits).toEqual([process.pid]);
});

test('a lock whose pid belongs to another process by now is taken over', async () => {
  writeFileSync(lock, `${process.pid} 1 0.5`);
  expect(await withLock(lock, async () => 'mine', { timeoutMs: 1000 })).toBe('mine');
});

test('a takeover that died half way is overcome', async () => {
  writeFileSync(lock, '4194303 1 0.5');
  mkdirSync(`${lock}.takeover`);
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(`${lock}.takeover`, longAgo, longAgo);
  expect(await withLock(lock, async () => 'mine', { timeoutMs: 1000 })).toBe('mine');
});
