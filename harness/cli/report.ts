import { join, resolve } from 'node:path';
import { artefacts } from '../contracts/run-folder.ts';
import { render } from '../run/evaluate.ts';

/** Renders report, summary and JUnit of a run folder again. */
export async function reportCommand(run: string): Promise<number> {
  await render(resolve(run));
  process.stdout.write(`${join(run, artefacts.report)}\n`);
  return 0;
}
