import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { k6Environment } from '../../harness/load/k6-command.ts';
import { ensureTools } from '../../harness/setup/tools.ts';
import type { DocumentScript } from './document-scripts.ts';

export interface ScriptRun {
  /** 0, or 99 when one of the script's own thresholds was crossed */
  readonly code: number | null;
  readonly iterations: number;
  readonly requests: number;
  readonly p95Ms: number;
  /** part of the requests that k6 counts as failed: any 4xx or 5xx */
  readonly failed: number;
  /** by the name the script gives it */
  readonly checks: Readonly<Record<string, { readonly passes: number; readonly fails: number }>>;
  readonly output: string;
}

interface Summary {
  readonly root_group: { readonly checks: Readonly<Record<string, { name: string; passes: number; fails: number }>> };
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Runs a script of the documents with k6; `args` are k6's own options, `folder` is for what it writes. */
export async function runScript(script: DocumentScript, folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ScriptRun> {
  const { k6 } = await ensureTools(() => undefined);
  const [file, summaryFile] = [join(folder, `script-${script.number}.js`), join(folder, `summary-${script.number}.json`)];
  writeFileSync(file, script.runnable);
  const options = ['run', '--quiet', '--no-color', '--summary-export', summaryFile, ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`])];
  const child = spawn(k6, [...options, ...args, file], { env: k6Environment(folder), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output = `${output}${chunk}`.slice(-20_000)));
  const [code] = (await once(child, 'close')) as [number | null];
  const { root_group: root, metrics } = JSON.parse(readFileSync(summaryFile, 'utf8')) as Summary;
  return {
    code,
    iterations: metrics['iterations']?.['count'] ?? 0,
    requests: metrics['http_reqs']?.['count'] ?? 0,
    p95Ms: metrics['http_req_duration']?.['p(95)'] ?? NaN,
    failed: metrics['http_req_failed']?.['value'] ?? NaN,
    checks: Object.fromEntries(Object.values(root.checks).map(({ name, passes, fails }) => [name, { passes, fails }])),
    output,
  };
}

/** The scripts say localhost:3000, so nobody else may be there. */
export async function needPort3000(): Promise<void> {
  const server = createServer();
  server.listen(3000, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(`port 3000 is taken (${(error as Error).message}): the documents' scripts call http://localhost:3000, so it must be free`);
  }
  await new Promise((closed) => server.close(closed));
}
