import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const docs = readFileSync(resolve(root, 'docs/api.md'), 'utf8');
const operations = readFileSync(resolve(root, 'docs/operations.md'), 'utf8');
const isOfOperations = (path: string): boolean => /^\/(admin|settlements)\b/.test(path);

test('docs/api.md and docs/operations.md explain every error code that the service can answer, and no other', () => {
  const source = globSync('service/**/*.ts', { cwd: root }).map((file) => readFileSync(resolve(root, file), 'utf8')).join('\n');
  const errors = source.matchAll(/new Problem\(\d+, '([A-Z_]+)'|unavailable\('([A-Z_]+)'|\b4\d\d: '([A-Z_]+)'|'((?:CONCERT|SCHEDULE)_NOT_FOUND|BAD_REQUEST)'/g);
  const codes = new Set([...errors].map((groups) => groups.slice(1).find(Boolean)));
  const table = `${docs}\n${operations}`.split('\n').filter((line) => /^\| \d{3} \|/.test(line)).flatMap((line) => [...(line.split('|')[2] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code));
  expect([...new Set(table)].sort()).toEqual([...codes].sort());
});

test('docs/api.md names every route that a buyer uses, docs/operations.md those of operations', () => {
  const { paths } = JSON.parse(readFileSync(resolve(root, 'service/openapi.json'), 'utf8')) as { paths: Record<string, object> };
  for (const [path, methods] of Object.entries(paths)) {
    if (path.startsWith('/health')) continue;
    const guide = isOfOperations(path) ? operations : docs;
    for (const method of Object.keys(methods)) expect(guide).toContain(`\`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}\``);
  }
});
