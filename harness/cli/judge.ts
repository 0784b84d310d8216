import { join, resolve } from 'node:path';
import { assertEndpointsKnown, loadSla } from '../plan/sla.ts';
import { changedSince, evaluate, readPlan } from '../run/evaluate.ts';
import { printVerdict } from './verdict-table.ts';

/** Judges a run folder again, by its own objectives or by others. Exit code of the verdict. */
export async function judgeCommand(run: string, options: { sla?: string; json?: boolean }): Promise<number> {
  const sla = options.sla === undefined ? undefined : loadSla(resolve(options.sla));
  if (sla !== undefined) assertEndpointsKnown(sla, Object.keys((await readPlan(resolve(run))).documentedStatuses), resolve(options.sla ?? ''));
  for (const { artefact, problem } of await changedSince(resolve(run))) process.stderr.write(`${join(run, artefact)} ${problem}\n`);
  const verdict = await evaluate(resolve(run), sla);
  printVerdict(verdict, resolve(run), options.json === true);
  return verdict.exitCode;
}
