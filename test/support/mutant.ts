import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { readYamlFile } from '../../harness/plan/yaml-file.ts';
import { projectRoot } from './cli.ts';

const folder = join(projectRoot, 'test/mutants');

const MutantFile = Type.Object(
  {
    experiment: Type.String({ description: 'the shortest that reveals it; from the project folder' }),
    finding: Type.String({ description: 'id of the invariant, of the objective, or of the rule that must be broken' }),
  },
  { additionalProperties: false },
);

/** A defect of the service that the harness must find: test/mutants/<id>/, with README.md, mutant.yaml, and what plants it. */
export interface Mutant extends Static<typeof MutantFile> {
  readonly id: string;
  /** In words: the first line of its README. */
  readonly title: string;
}

/** All planted defects, by name. */
export function allMutants(): Mutant[] {
  return readdirSync(folder)
    .filter((id) => existsSync(join(folder, id, 'README.md')))
    .toSorted()
    .map((id) => {
      const [heading = ''] = readFileSync(join(folder, id, 'README.md'), 'utf8').split('\n');
      return { id, title: heading.replace(/^# /, ''), ...readYamlFile(join(folder, id, 'mutant.yaml'), MutantFile).value };
    });
}

export interface PlantedMutant extends Disposable {
  /** A copy of service/ with the defect planted. */
  readonly serviceDir: string;
  readonly sqlAfterMigration?: string;
}

/**
 * Plants the defect test/mutants/<id>/: defect.patch on a copy of service/, and after-migration.sql where the defect is in the
 * database or its schema would forbid it. A patch that no longer applies throws; so does SQL, when it is run.
 */
export function plantMutant(id: string): PlantedMutant {
  const [patch, sql] = ['defect.patch', 'after-migration.sql'].map((name) => join(folder, id, name)) as [string, string];
  if (!existsSync(patch) && !existsSync(sql)) throw new Error(`${join(folder, id)} has neither defect.patch nor after-migration.sql`);
  const copy = mkdtempSync(join(tmpdir(), 'gatecrash-mutant-'));
  cpSync(join(projectRoot, 'service'), join(copy, 'service'), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(copy, 'node_modules'));
  if (existsSync(patch)) execFileSync('git', ['apply', '--whitespace=nowarn', patch], { cwd: copy, stdio: 'pipe' });
  return {
    serviceDir: join(copy, 'service'),
    ...(existsSync(sql) && { sqlAfterMigration: `${readFileSync(join(folder, 'plant.sql'), 'utf8')}\n${readFileSync(sql, 'utf8')}` }),
    [Symbol.dispose]: () => rmSync(copy, { recursive: true, force: true }),
  };
}
