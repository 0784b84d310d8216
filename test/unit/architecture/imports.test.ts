import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

/** What each folder may import, besides itself, Node and packages. Paths are prefixes. */
const allowed: Record<string, readonly string[]> = {
  service: [],
  scenarios: [],
  chaos: ['harness/contracts'],
  reports: ['harness/contracts'],
  harness: ['chaos', 'reports'],
};

/** Relative imports of a file, as paths from the root. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)].map((match) => relative(root, resolve(root, dirname(file), match[1] as string)));
}

const within = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

for (const [folder, others] of Object.entries(allowed)) {
  test(`${folder} imports only ${[folder, ...others].join(', ')}`, () => {
    const files = globSync(`${folder}/**/*.{ts,mjs}`, { cwd: root });
    expect(files.length).toBeGreaterThan(0);
    const wrong = files.flatMap((file) => importsOf(file).filter((path) => ![folder, ...others].some((prefix) => within(path, prefix))).map((path) => `${file} imports ${path}`));
    expect(wrong).toEqual([]);
  });
}

test('contracts import nothing of the rest, for all others share them', () => {
  const wrong = globSync('harness/contracts/**/*.ts', { cwd: root }).flatMap((file) => importsOf(file).filter((path) => !within(path, 'harness/contracts')));
  expect(wrong).toEqual([]);
});

test('only the supervisor, its client and the launcher spawn processes', () => {
  const spawners = globSync('{harness,chaos,reports,service}/**/*.{ts,mjs}', { cwd: root }).filter((file) => /from 'node:child_process'/.test(readFileSync(join(root, file), 'utf8')));
  const known = ['harness/gatecrash.mjs', 'harness/setup/', 'harness/supervisor/'];
  expect(spawners.filter((file) => !known.some((prefix) => file.startsWith(prefix)))).toEqual([]);
});
