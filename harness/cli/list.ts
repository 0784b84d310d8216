import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { faultKinds } from '../../chaos/faults/index.ts';
import { Experiment } from '../contracts/experiment.ts';
import { faultFamilies } from '../contracts/fault.ts';
import { UsageError } from '../contracts/fail.ts';
import { Suite } from '../contracts/suite.ts';
import { nearest, readYamlFile } from '../plan/yaml-file.ts';
import { projectRoot } from '../root.ts';

/** Prints the experiments and suites of the project and the kinds of fault they can use; or one kind with its parameters. */
export function listCommand(kind?: string): number {
  if (kind !== undefined) return describeKind(kind);
  process.stdout.write('Experiments\n');
  listFiles('chaos/experiments/*.yaml', Experiment);
  process.stdout.write('\nSuites\n');
  listFiles('chaos/suites/*.yaml', Suite);
  process.stdout.write('\nFault kinds\n');
  for (const family of faultFamilies) {
    process.stdout.write(` ${family}\n`);
    for (const each of faultKinds.values()) if (each.family === family) process.stdout.write(`  ${each.kind.padEnd(26)} ${each.summary}\n`);
  }
  process.stdout.write('\ngatecrash list KIND shows its targets and parameters\n');
  return 0;
}

function describeKind(name: string): number {
  const kind = faultKinds.get(name);
  if (!kind) {
    const near = nearest(name, [...faultKinds.keys()]);
    throw new UsageError([{ message: `there is no fault kind "${name}"`, fix: near ? `did you mean "${near}"?` : '"gatecrash list" shows them' }]);
  }
  const line = (head: string, text: string): void => void process.stdout.write(`  ${head.padEnd(10)} ${text}\n`);
  process.stdout.write(`${kind.kind}: ${kind.summary}\n`);
  line('targets', kind.targets.join(', '));
  line('promise', kind.promise);
  line('shows', { always: 'as long as it holds', partly: 'in a part of the requests', once: 'for a moment' }[kind.shows ?? 'always']);
  if (kind.change) line('ramp', 'its strength can grow in steps');
  if (kind.machineNeeds) line('needs', kind.machineNeeds.join(', '));
  for (const [param, schema] of Object.entries(kind.params.properties)) {
    const { description = '', default: byDefault, minimum, maximum } = schema as { description?: string; default?: unknown; minimum?: number; maximum?: number };
    const range = minimum === undefined && maximum === undefined ? '' : `, ${minimum ?? '…'} to ${maximum ?? '…'}`;
    process.stdout.write(`  params.${param.padEnd(22)} ${description} Default ${JSON.stringify(byDefault) ?? 'none'}${range}.\n`);
  }
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
