import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { faultKinds } from '../../chaos/faults/index.ts';
import { Experiment } from '../contracts/experiment.ts';
import { UsageError } from '../contracts/fail.ts';
import { readYamlFile } from '../plan/yaml-file.ts';
import { projectRoot } from '../root.ts';

/** Prints the experiments of the project and the kinds of fault they can use. */
export function listCommand(): number {
  const files = globSync('chaos/experiments/*.yaml', { cwd: projectRoot }).toSorted();
  process.stdout.write('Experiments\n');
  for (const file of files) process.stdout.write(`  ${relative(process.cwd(), resolve(projectRoot, file)).padEnd(48)} ${titleOf(file)}\n`);
  process.stdout.write('\nFault kinds\n');
  for (const kind of faultKinds.values()) process.stdout.write(`  ${kind.kind.padEnd(16)} ${kind.summary} (targets: ${kind.targets.join(', ')})\n`);
  return 0;
}

function titleOf(file: string): string {
  try {
    return readYamlFile(resolve(projectRoot, file), Experiment, { extendable: true }).value.title;
  } catch (error) {
    if (error instanceof UsageError) return '(not valid: see `gatecrash validate`)';
    throw error;
  }
}
