import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../service/sql');

/** A script for pgbench out of a statement of the service: the same text, each $n replaced by the expression given for it. */
export function pgbenchScript(workDir: string, name: string, before: readonly string[], values: readonly string[], from = ''): string {
  const sql = readFileSync(join(folder, `${name}.sql`), 'utf8').split('\n').filter((line) => !line.startsWith('--')).join(' ').trim();
  const used = new Set([...sql.matchAll(/\$(\d+)/g)].map((match) => Number(match[1])));
  if (used.size !== values.length || Math.max(...used) !== values.length) throw new Error(`${name}.sql has ${used.size} parameters, and the benchmark knows ${values.length}`);
  const text = sql.replaceAll(/\$(\d+)/g, (_match, index: string) => values[Number(index) - 1] ?? '').replace(' FROM ', ` FROM ${from}`);
  const file = join(workDir, `${name}.pgbench`);
  writeFileSync(file, `${[...before, `${text};`].join('\n')}\n`);
  return file;
}
