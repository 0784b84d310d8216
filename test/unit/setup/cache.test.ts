import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanCache } from '../../../harness/setup/cache.ts';
import { makeOnce } from '../../../harness/setup/make-once.ts';

test('cleaning the cache keeps what supervisors have written down', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'cache-test-'));
  for (const name of ['go-1', 'kafka-2', 'state', 'locks']) mkdirSync(join(cache, name));
  expect((await cleanCache({ GATECRASH_CACHE: cache })).length).toBe(2);
  expect(readdirSync(cache).toSorted()).toEqual(['locks', 'state']);
  rmSync(cache, { recursive: true });
  expect(await cleanCache({ GATECRASH_CACHE: cache })).toEqual([]);
});

test('what could not be made whole is not there, and is made again the next time, once', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'make-test-'));
  const path = join(cache, 'thing');
  const lines: string[] = [];
  const making = (fails: boolean) => ({
    title: 'thing 1.0',
    doing: 'making',
    path,
    make: async (partial: string) => {
      mkdirSync(partial);
      if (fails) throw new Error('cut');
    },
  });
  mkdirSync(`${path}.partial-1`);
  await expect(makeOnce(making(true), () => {})).rejects.toThrow('cut');
  expect(readdirSync(cache)).toEqual([]);
  await makeOnce(making(false), (line) => lines.push(line));
  await makeOnce(making(true), (line) => lines.push(line));
  expect(readdirSync(cache)).toEqual(['thing']);
  expect(lines).toEqual(['thing 1.0: making …', expect.stringMatching(/^thing 1\.0: ready after 0\.[0-9] s$/)]);
  rmSync(cache, { recursive: true });
});
