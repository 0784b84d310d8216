import { loadExperiment } from '../plan/experiment.ts';
import { loadSla } from '../plan/sla.ts';
import { resolve } from 'node:path';
import { readFileSync } from 'node:fs';

/** Checks an experiment, or an objectives file when it has `objectives`. Throws a UsageError with every problem. */
export function validateCommand(file: string): number {
  const what = isObjectives(file) ? 'objectives' : 'experiment';
  if (what === 'objectives') loadSla(resolve(file));
  else loadExperiment(file);
  process.stdout.write(`${file}: a valid ${what === 'objectives' ? 'objectives file' : 'experiment'}\n`);
  return 0;
}

function isObjectives(file: string): boolean {
  try {
    return /^objectives:/m.test(readFileSync(file, 'utf8'));
  } catch {
    return false; // the reader of experiments says what is wrong with the file
  }
}
