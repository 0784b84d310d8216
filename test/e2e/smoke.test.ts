import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StackFile } from '../../harness/contracts/stack.ts';
import type { Verdict } from '../../harness/contracts/verdict.ts';
import { artefacts } from '../../harness/contracts/run-folder.ts';
import { ledgerNames } from '../../harness/contracts/ledger.ts';
import { Cli, listeningPorts, processes, survivors } from '../support/cli.ts';

let out: string;
let runDir: string;
let verdict: Verdict & { report: string };

const json = <T>(name: string): T => JSON.parse(readFileSync(join(runDir, name), 'utf8')) as T;

beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), 'gatecrash-e2e-'));
  await using cli = new Cli(['run', 'chaos/experiments/smoke.yaml', '--seed', '7', '--out', out, '--json']);
  const ended = await cli.done;
  const start = cli.output.indexOf('\n{') + 1;
  verdict = JSON.parse(cli.output.slice(start, cli.output.lastIndexOf('\n}') + 2)) as typeof verdict;
  runDir = join(out, verdict.runId);
  expect({ ...ended, verdict: verdict.verdict, reasons: verdict.reasons }).toEqual({ code: 0, signal: null, verdict: 'PASS', reasons: [] });
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

test('a healthy service passes the smoke experiment, with Redis verified down and verified back', () => {
  const timeline = readFileSync(join(runDir, artefacts.timeline), 'utf8');
  expect([...timeline.matchAll(/"event":"(fault-[a-z]+)"/g)].map((match) => match[1])).toEqual(['fault-apply', 'fault-verified', 'fault-undo', 'fault-gone']);
  expect(verdict.audited).toBe(true);
});

test('every artefact is there, and the manifest names each', () => {
  const manifest = json<{ files: Record<string, unknown> }>(artefacts.manifest);
  const expected = [...Object.values(artefacts).filter((name) => name.includes('.') && name !== artefacts.manifest), ...ledgerNames.map((name) => `${artefacts.ledger}/${name}.ndjson`)];
  for (const name of expected) {
    expect(existsSync(join(runDir, name)), name).toBe(true);
    expect(manifest.files, name).toHaveProperty([name]);
  }
});

test('nothing that was started still runs, listens or lies about', async () => {
  const { components } = json<StackFile>(artefacts.stack);
  const pids = new Set(components.map(({ pid }) => pid));
  expect(pids.size).toBeGreaterThan(7);
  expect(await survivors(processes().filter(({ pid }) => pids.has(pid)), 0)).toEqual([]);
  const ports = listeningPorts();
  const used = components.flatMap(({ directPort, proxyPort }) => [directPort, proxyPort]).filter((port) => port !== undefined);
  expect(used.filter((port) => ports.has(port))).toEqual([]);
});

test('judging the folder again gives the same verdict, byte for byte', async () => {
  const before = readFileSync(join(runDir, artefacts.verdict), 'utf8');
  await using cli = new Cli(['judge', runDir]);
  expect((await cli.done).code).toBe(0);
  expect(readFileSync(join(runDir, artefacts.verdict), 'utf8')).toBe(before);
});

test('a series that was changed after the run is noticed, and the run is INVALID', async () => {
  const series = join(runDir, artefacts.series);
  const before = readFileSync(series, 'utf8');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(series, before.split('\n').filter((_line, index) => index !== 5).join('\n'));
  await using cli = new Cli(['judge', runDir]);
  expect((await cli.done).code).toBe(3);
  expect(cli.output).toMatch(/series\.ndjson.*was changed after the run/);
});
