import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cli, listeningPorts, survivors, type ProcessInfo } from '../support/cli.ts';

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'gatecrash-e2e-'));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** A run at the moment in which Redis is down, with everything that belongs to it. */
async function runInFault(): Promise<{ cli: Cli; family: ProcessInfo[]; temporary: string }> {
  const temporary = mkdtempSync(join(out, 'tmp-'));
  const { chmodSync } = await import('node:fs');
  chmodSync(out, 0o755);
  chmodSync(temporary, 0o1777);
  const cli = new Cli(['run', 'chaos/experiments/smoke.yaml', '--out', join(temporary, 'runs')], { TMPDIR: temporary });
  await cli.printed(/ON, verified/, 90_000);
  const family = cli.family();
  expect(family.length).toBeGreaterThan(9);
  return { cli, family, temporary };
}

async function expectNothingLeft(family: readonly ProcessInfo[], temporary: string, portsBefore: ReadonlySet<number>): Promise<void> {
  expect(await survivors(family, 20_000)).toEqual([]);
  expect([...listeningPorts()].filter((port) => !portsBefore.has(port))).toEqual([]);
  expect(readdirSync(temporary).filter((name) => name !== 'runs' && !name.startsWith('node-compile-cache'))).toEqual([]);
}

test('Ctrl-C in the middle of a fault ends with 130 and leaves nothing', async () => {
  const portsBefore = listeningPorts();
  const { cli, family, temporary } = await runInFault();
  cli.signalGroup('SIGINT');
  expect((await cli.done).code).toBe(130);
  await expectNothingLeft(family, temporary, portsBefore);
  expect(cli.output).toMatch(/undoing faults/);
});

test('SIGKILL of the harness in the middle of a fault leaves nothing: the supervisor undoes and stops everything', async () => {
  const portsBefore = listeningPorts();
  const { cli, family, temporary } = await runInFault();
  cli.signalGroup('SIGKILL');
  await cli.done;
  await expectNothingLeft(family, temporary, portsBefore);
});

test('k6 killed in the middle of the load makes the run INVALID, with the reason', async () => {
  await using cli = new Cli(['run', 'chaos/experiments/smoke.yaml', '--out', join(out, 'k6-killed')]);
  await cli.printed(/ s  steady /, 90_000);
  const k6 = cli.family().find(({ command }) => /\/k6 run /.test(command));
  process.kill((k6 as ProcessInfo).pid, 'SIGKILL');
  expect((await cli.done).code).toBe(3);
  expect(cli.output).toMatch(/INVALID/);
  expect(cli.output).toMatch(/SIGKILL/);
  const [run = ''] = readdirSync(join(out, 'k6-killed'));
  expect(readFileSync(join(out, 'k6-killed', run, 'report.html'), 'utf8')).toMatch(/INVALID/);
});
