import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

const folder = join(import.meta.dirname, '../golden');

/** Compares with a file in test/golden. UPDATE_GOLDEN=1 writes the files; look at the difference before committing it. */
export function expectGolden(name: string, actual: string): void {
  const file = join(folder, name);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, actual);
  if (!existsSync(file)) throw new Error(`test/golden/${name} is missing: run again with UPDATE_GOLDEN=1`);
  if (readFileSync(file, 'utf8') !== actual) expect(actual, `differs from test/golden/${name}; UPDATE_GOLDEN=1 writes it anew`).toBe(readFileSync(file, 'utf8'));
}
