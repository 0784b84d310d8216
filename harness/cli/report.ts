import { join, resolve } from 'node:path';
import { UsageError } from '../contracts/fail.ts';
import { artefacts } from '../contracts/run-folder.ts';
import { changedSince, render } from '../run/evaluate.ts';

/** Renders report, summary and JUnit of a run folder again. A UsageError when what they are made from was changed after the run. */
export async function reportCommand(run: string): Promise<number> {
  const changed = await changedSince(resolve(run));
  if (changed.length > 0) throw new UsageError(changed.map(({ artefact, problem }) => ({ file: join(run, artefact), message: problem, fix: `npx gatecrash judge ${run} says what can still be said` })));
  await render(resolve(run));
  process.stdout.write(`${join(run, artefacts.report)}\n`);
  return 0;
}
