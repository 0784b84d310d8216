import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadSuite } from '../campaign/suite.ts';
import { loadExperiment } from '../plan/experiment.ts';
import { loadSla } from '../plan/sla.ts';

/** What a file of ours is, by a key that only such a file has; what has none of them is taken for an experiment. */
const shapes = [
  { what: 'objectives file', key: /^objectives:/m, check: (file: string): unknown => loadSla(resolve(file)) },
  { what: 'suite', key: /^(experiments|matrix):/m, check: loadSuite },
  { what: 'experiment', key: /^/, check: loadExperiment },
] as const;

/** Checks an experiment, a suite with everything in it, or an objectives file. Throws a UsageError with every problem. */
export function validateCommand(file: string): number {
  const text = textOf(file);
  const shape = shapes.find(({ key }) => key.test(text));
  shape?.check(file);
  process.stdout.write(`${file}: a valid ${shape?.what}\n`);
  return 0;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the reader of experiments says what is wrong with the file
  }
}
