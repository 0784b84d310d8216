import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { faultKinds } from '../../chaos/faults/index.ts';
import { Experiment } from '../contracts/experiment.ts';
import { UsageError } from '../contracts/fail.ts';
import { Suite } from '../contracts/suite.ts';
import { readYamlFile } from '../plan/yaml-file.ts';
import { projectRoot } from '../root.ts';

/** Prints the experiments and suites of the project and the kinds of fault they can use. */
export function listCommand(): number {
  process.stdout.write('Experiments\n');
  listFiles('chaos/experiments/*.yaml', Experiment);
  process.stdout.write('\nSuites\n');
  listFiles('chaos/suites/*.yaml', Suite);
  process.stdout.write('\nFault kinds\n');
  for (const kind of faultKinds.values()) process.stdout.write(`  ${kind.kind.padEnd(16)} ${kind.summary} (targets: ${kind.targets.join(', ')})\n`);
  return 0;
}

function listFiles(pattern: string, schema: typeof Experiment | typeof Suite): void {
  for (const file of globSync(pattern, { cwd: projectRoot }).toSorted()) process.stdout.write(`  ${relative(process.cwd(), resolve(projectRoot, file)).padEnd(48)} ${titleOf(file, schema)}\n`);
}

function titleOf(file: string, schema: typeof Experiment | typeof Suite): string {
  try {
    return readYamlFile(resolve(projectRoot, file), schema, { extendable: schema === Experiment }).value.title;
  } catch (error) {
    if (error instanceof UsageError) return '(not valid: see `gatecrash validate`)';
    throw error;
  }
}
