import { randomInt } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StackFile } from '../../harness/contracts/stack.ts';
import { killOwnStack, Sandbox } from '../kills/kill.ts';
import { Cli, listeningPorts, survivors, type ProcessInfo } from '../support/cli.ts';

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'gatecrash-e2e-'));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

interface RunInFault {
  readonly cli: Cli;
  readonly family: readonly ProcessInfo[];
  readonly ports: readonly number[];
  readonly temporary: string;
}

/** A run at the moment in which Redis is down, with everything that belongs to it. */
async function runInFault(): Promise<RunInFault> {
  const temporary = mkdtempSync(join(out, 'tmp-'));
  chmodSync(out, 0o755);
  chmodSync(temporary, 0o1777);
  const runs = join(temporary, 'runs');
  const cli = new Cli(['run', 'test/kills/many-faults.yaml', '--out', runs], { TMPDIR: temporary });
  await cli.printed(/ON, verified/, 90_000);
  const family = cli.family();
  expect(family.length).toBeGreaterThan(9);
  const { components } = JSON.parse(readFileSync(join(runs, readdirSync(runs)[0] ?? '', 'stack.json'), 'utf8')) as StackFile;
  const ports = components.flatMap(({ directPort, proxyPort }) => [directPort, proxyPort]).filter((port) => port !== undefined);
  const listening = listeningPorts();
  expect(ports.filter((port) => listening.has(port)).length).toBeGreaterThan(9);
  return { cli, family, ports, temporary };
}

async function expectNothingLeft({ family, ports, temporary }: RunInFault): Promise<void> {
  expect(await survivors(family, 20_000)).toEqual([]);
  const listening = listeningPorts();
  expect(ports.filter((port) => listening.has(port))).toEqual([]);
  expect(readdirSync(temporary).filter((name) => name !== 'runs' && !name.startsWith('node-compile-cache'))).toEqual([]);
}

test('Ctrl-C in the middle of a fault ends with 130 and leaves nothing', async () => {
  const run = await runInFault();
  run.cli.signalGroup('SIGINT');
  expect((await run.cli.done).code).toBe(130);
  await expectNothingLeft(run);
  expect(run.cli.output).toMatch(/undoing faults/);
});

test('SIGKILL of the harness, whenever it comes, leaves nothing: the supervisor undoes and stops everything', async () => {
  using sandbox = new Sandbox();
  const afterMs = randomInt(0, 10_000);
  expect(await killOwnStack(sandbox, afterMs), `killed ${afterMs} ms after the load began`).toEqual([]);
});

test('SIGKILL of the supervisor ends the run with 70, and the harness puts away what it left', async () => {
  const run = await runInFault();
  const supervisor = run.family.find(({ command }) => command.includes('supervisor/main.ts'));
  process.kill((supervisor as ProcessInfo).pid, 'SIGKILL');
  expect((await run.cli.done).code).toBe(70);
  await expectNothingLeft(run);
  expect(run.cli.output).toMatch(/undone: fault [a-z]+\/1/);
});

test('the service killed under load is a FAIL, not a run that says nothing', async () => {
  await using cli = new Cli(['run', 'test/e2e/suite/brief.yaml', '--out', join(out, 'api-killed')]);
  await cli.printed(/ s  steady /, 90_000);
  const api = cli.family().find(({ command }) => /service\/server\.ts/.test(command));
  process.kill((api as ProcessInfo).pid, 'SIGKILL');
  expect((await cli.done).code).toBe(1);
  expect(cli.output).toMatch(/do not open: api died: .*SIGKILL/);
});

test('k6 killed in the middle of the load makes the run INVALID, with the reason', async () => {
  await using cli = new Cli(['run', 'test/e2e/suite/brief.yaml', '--out', join(out, 'k6-killed')]);
  await cli.printed(/ s  steady /, 90_000);
  const k6 = cli.family().find(({ command }) => /\/k6 run /.test(command));
  process.kill((k6 as ProcessInfo).pid, 'SIGKILL');
  expect((await cli.done).code).toBe(3);
  expect(cli.output).toMatch(/INVALID/);
  expect(cli.output).toMatch(/SIGKILL/);
  const [run = ''] = readdirSync(join(out, 'k6-killed'));
  expect(readFileSync(join(out, 'k6-killed', run, 'report.html'), 'utf8')).toMatch(/INVALID/);
});
