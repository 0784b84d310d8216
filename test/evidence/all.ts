import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { once } from 'node:events';

/**
 * The long campaigns, one after the other, each with its output in reports/evidence/COMMIT/NAME.log, and one table of all at the
 * end. What was done on this commit is not done again: after an interruption the same command goes on, a suite with the
 * part at which it was. Arguments: names of campaigns; all when there are none. Exit code 1 when one did not end with 0.
 */
const root = resolve(import.meta.dirname, '../..');
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
const folder = join(root, 'reports/evidence', commit);
const statePath = join(folder, 'done.json');

interface Done {
  readonly code: number;
  readonly seconds: number;
}

const script = (name: string, ...args: string[]): string[] => ['exec', `test/evidence/${name}.ts`, ...args];
const campaigns: Readonly<Record<string, () => string[]>> = {
  healthy: () => script('healthy-runs'),
  mutants: () => script('mutants'),
  sabotage: () => script('sabotage'),
  faults: () => script('fault-kinds'),
  kills: () => script('kills'),
  'failure-points': () => suite('failure-points'),
  matrix: () => suite('matrix'),
};

/** A suite that was begun on this commit goes on. */
function suite(name: string): string[] {
  const parent = join(folder, name);
  const [begun] = existsSync(parent) ? readdirSync(parent) : [];
  return ['suite', `chaos/suites/${name}.yaml`, ...(begun === undefined ? ['--out', parent] : ['--resume', join(parent, begun)])];
}

const readDone = (): Record<string, Done> => (existsSync(statePath) ? (JSON.parse(readFileSync(statePath, 'utf8')) as Record<string, Done>) : {});

async function run(name: string, args: readonly string[]): Promise<Done> {
  const startedMs = performance.now();
  const log = createWriteStream(join(folder, `${name}.log`), { flags: 'a' });
  const child = spawn(process.execPath, [join(root, 'harness/gatecrash.mjs'), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  child.stdout.pipe(log);
  child.stdout.pipe(process.stdout, { end: false });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (signal !== null || code === 130 || code === 143) process.exit(code ?? 130);
  return { code: code ?? 70, seconds: Math.round((performance.now() - startedMs) / 1000) };
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in campaigns));
if (unknown.length > 0) {
  process.stderr.write(`no campaign "${unknown[0]}"; known: ${Object.keys(campaigns).join(', ')}\n`);
  process.exit(64);
}
mkdirSync(folder, { recursive: true });
for (const [name, args] of Object.entries(campaigns)) {
  if ((wanted.length > 0 && !wanted.includes(name)) || readDone()[name] !== undefined) continue;
  process.stdout.write(`\n${name}\n`);
  writeFileSync(statePath, `${JSON.stringify({ ...readDone(), [name]: await run(name, args()) }, null, 1)}\n`);
}
const done = readDone();
process.stdout.write(`\nCommit ${commit}, logs in ${folder}\n\n| campaign | exit | seconds |\n|---|--:|--:|\n`);
for (const name of Object.keys(campaigns)) process.stdout.write(`| ${name} | ${done[name]?.code ?? 'not run'} | ${done[name]?.seconds ?? '–'} |\n`);
process.exit(Object.keys(campaigns).every((name) => (wanted.length > 0 && !wanted.includes(name)) || done[name]?.code === 0) ? 0 : 1);
