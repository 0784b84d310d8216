import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Campaign } from '../../harness/contracts/campaign.ts';
import type { StackFile } from '../../harness/contracts/stack.ts';
import { Cli, survivors } from '../support/cli.ts';

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'gatecrash-e2e-'));
  chmodSync(out, 0o755);
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

const suite = 'test/e2e/suite/suite.yaml';
const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), 'utf8')) as T;

test('many runs on one warm stack, each with a clean state and all its files; killed and resumed, it runs what is left', async () => {
  const temporary = mkdtempSync(join(out, 'tmp-'));
  chmodSync(temporary, 0o1777);
  const cli = new Cli(['suite', suite, '--out', join(out, 'campaigns')], { TMPDIR: temporary });
  await cli.printed(/3 of 3 {2}third[^]*ticketing service/, 200_000);
  await using second = new Cli(['suite', suite, '--resume', join(out, 'campaigns', readdirSync(join(out, 'campaigns'))[0] ?? '')]);
  expect(await second.done).toMatchObject({ code: 64 });
  expect(second.output).toMatch(/process \d+ is running this campaign/);
  const family = cli.family();
  expect(family.length).toBeGreaterThan(9);
  cli.signalGroup('SIGKILL');
  await cli.done;
  expect(await survivors(family, 20_000)).toEqual([]);
  expect(readdirSync(temporary).filter((name) => !name.startsWith('node-compile-cache'))).toEqual([]);

  const [id = ''] = readdirSync(join(out, 'campaigns'));
  const dir = join(out, 'campaigns', id);
  const killed = json<Campaign>(dir, 'campaign.json');
  expect(killed.parts.map(({ name, state, stack }) => [name, state, stack])).toEqual([['first', 'done', 1], ['second', 'done', 1], ['third', 'running', null]]);
  const stacks = killed.parts.slice(0, 2).map(({ runDir }) => json<StackFile>(dir, runDir ?? '', 'stack.json'));
  const pidOf = (stack: StackFile | undefined, name: string) => stack?.components.find((component) => component.name === name)?.pid;
  for (const server of ['postgres', 'redis', 'toxiproxy', 'broker-1', 'broker-2', 'broker-3']) expect(pidOf(stacks[1], server), server).toBe(pidOf(stacks[0], server));
  expect(pidOf(stacks[1], 'api')).not.toBe(pidOf(stacks[0], 'api'));
  const databases = killed.parts.slice(0, 2).map(({ runDir }) => json<{ database: string }>(dir, runDir ?? '', 'dataset.json').database);
  expect(databases[0]).not.toBe(databases[1]);
  for (const log of ['api.log', 'gateway.log', 'postgres.log']) expect(existsSync(join(dir, killed.parts[0]?.runDir ?? '', 'logs', log)), log).toBe(true);
  for (const file of ['report.html', 'logs/api.log', 'manifest.json']) expect(existsSync(join(dir, killed.parts[1]?.runDir ?? '', file)), file).toBe(true);

  await using resumed = new Cli(['suite', suite, '--resume', dir]);
  const { code } = await resumed.done;
  const ended = json<Campaign>(dir, 'campaign.json');
  expect(ended.parts.map(({ state, verdict, stack }) => ({ state, verdict, stack }))).toEqual([1, 1, 2].map((stack) => ({ state: 'done', verdict: 'PASS', stack })));
  expect(ended.parts.slice(0, 2)).toEqual(killed.parts.slice(0, 2));
  expect(code).toBe(0);
  expect(resumed.output).toMatch(/PASS {2}3 of 3 parts passed/);
  expect(readFileSync(join(dir, 'index.html'), 'utf8')).toContain(`${ended.parts[2]?.runDir}/report.html`);
});
