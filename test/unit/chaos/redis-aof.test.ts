import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { commandStarts, damage, repair } from '../../../chaos/drivers/redis-aof.ts';

const command = (...words: readonly string[]): string => `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatecrash-aof-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

test('commands are found by their lengths, whatever their words hold', () => {
  const first = command('SET', 'k', '*1\r\n$3\r\nnot\r\n');
  const text = first + command('DEL', '키') + '*2\r\n$3\r\nDEL';
  expect(commandStarts(Buffer.from(text))).toEqual([0, first.length]);
});

test('a damaged file is cut in front of the damage and keeps what came before; a second repair changes nothing', async () => {
  const each = command('SET', 'key', 'value');
  const folder = await folderWith({ 'appendonly.aof.1.incr.aof': 'older', 'appendonly.aof.2.incr.aof': each.repeat(10), 'appendonly.aof.2.base.rdb': 'rdb' });
  const newest = join(folder, 'appendonly.aof.2.incr.aof');
  await damage(folder);
  expect((await readFile(newest, 'utf8')).startsWith(each.repeat(5))).toBe(true);
  expect(await readFile(newest, 'utf8')).not.toBe(each.repeat(10));
  await repair(folder);
  await repair(folder);
  expect(await readFile(newest, 'utf8')).toBe(each.repeat(5));
  expect(await readFile(join(folder, 'appendonly.aof.1.incr.aof'), 'utf8')).toBe('older');
});

test('a file in which too little was written is not damaged', async () => {
  await expect(damage(await folderWith({ 'appendonly.aof.1.incr.aof': '' }))).rejects.toThrow('too little was written yet');
});

test('where the folder is gone there is nothing to repair', async () => {
  await expect(repair(join(await folderWith({}), 'gone'))).resolves.toBeUndefined();
});
