import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StackFile } from '../../../harness/contracts/stack.ts';
import { compareSettings } from '../../../harness/run/compare-settings.ts';
import { stackChecks } from '../../../reports/score/checks/stack.ts';
import type { CheckInput } from '../../../reports/score/checks/check.ts';
import { fixtureStack } from '../../support/fixtures.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatecrash-test-settings-'));
  path = join(dir, 'stack.json');
  writeFileSync(path, JSON.stringify(fixtureStack()));
});
afterEach(() => rmSync(dir, { recursive: true }));

const stack = (): StackFile => JSON.parse(readFileSync(path, 'utf8')) as StackFile;
const durable = () => stackChecks.find(({ id }) => id === 'durable-settings')?.run({ stack: stack() } as CheckInput);

test('settings that are as they were, or cannot be read any more, change nothing', async () => {
  await compareSettings({ durableSettings: async () => fixtureStack().settings }, path);
  await compareSettings({ durableSettings: () => Promise.reject(new Error('ECONNREFUSED')) }, path);
  expect(stack()).toEqual(fixtureStack());
});

test.each([
  ['on', 'off'],
  ['off', 'on'],
])('fsync that was %s and then %s is not as it must be', async (before, after) => {
  writeFileSync(path, JSON.stringify(fixtureStack({ settings: { ...fixtureStack().settings, 'postgres.fsync': before } })));
  await compareSettings({ durableSettings: async () => ({ ...fixtureStack().settings, 'postgres.fsync': after }) }, path);
  expect(durable()).toMatchObject({ ok: false, saw: `postgres.fsync is ${before}, then ${after}, it must be on` });
});
