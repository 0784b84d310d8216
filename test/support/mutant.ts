import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './cli.ts';

export interface Mutant extends Disposable {
  /** A copy of service/ with the defect planted. */
  readonly serviceDir: string;
  readonly sqlAfterMigration?: string;
}

/**
 * Plants the defect test/mutants/<id>/: defect.patch on a copy of service/, and after-migration.sql where the schema
 * would forbid the defect. A patch that no longer applies throws.
 */
export function plantMutant(id: string): Mutant {
  const folder = join(projectRoot, 'test/mutants', id);
  const copy = mkdtempSync(join(tmpdir(), 'gatecrash-mutant-'));
  cpSync(join(projectRoot, 'service'), join(copy, 'service'), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(copy, 'node_modules'));
  execFileSync('git', ['apply', '--whitespace=nowarn', join(folder, 'defect.patch')], { cwd: copy, stdio: 'pipe' });
  const sql = join(folder, 'after-migration.sql');
  return {
    serviceDir: join(copy, 'service'),
    ...(existsSync(sql) ? { sqlAfterMigration: readFileSync(sql, 'utf8') } : {}),
    [Symbol.dispose]: () => rmSync(copy, { recursive: true, force: true }),
  };
}
