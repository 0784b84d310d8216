import { dirname } from 'node:path';
import { UsageError } from '../../harness/contracts/fail.ts';
import type { Verdict } from '../../harness/contracts/verdict.ts';
import { exitCodes } from '../../harness/contracts/verdicts.ts';
import { Cli } from '../support/cli.ts';
import { foundIn } from '../support/mutant-campaign.ts';

/** What became of a run, or of a command, that was sabotaged. */
export interface Outcome {
  /** A verdict; "refused" or "the harness failed" without one. */
  readonly verdict: string;
  readonly exit: number;
  /** Ids of the checks that failed; of a FAIL, of what was found broken. */
  readonly ids: readonly string[];
  /** In words, what names it. */
  sentence(namedBy: string): string;
}

export function outcomeOf({ verdict, exitCode, reasons, validity }: Verdict, runDir: string): Outcome {
  const failed = validity.filter(({ ok }) => !ok);
  return {
    verdict,
    exit: exitCode,
    ids: verdict === 'FAIL' ? foundIn(runDir) : failed.map(({ id }) => id),
    sentence: (namedBy) => failed.find(({ id }) => id === namedBy)?.sentence ?? reasons[0] ?? '–',
  };
}

/** Of a command of the program; with --json, the verdict that it prints. */
export async function outcomeOfCommand(...args: string[]): Promise<Outcome> {
  await using cli = new Cli(args);
  return await outcomeOfProgram(cli);
}

export async function outcomeOfProgram(cli: Cli): Promise<Outcome> {
  const { code } = await cli.done;
  const start = cli.output.search(/^\{$/m);
  if (start !== -1) {
    const verdict = JSON.parse(cli.output.slice(start, cli.output.search(/^\}$/m) + 1)) as Verdict & { report: string };
    return { ...outcomeOf(verdict, dirname(verdict.report)), exit: code ?? exitCodes.internal };
  }
  return outcomeOfError(code === exitCodes.usage ? new UsageError([{ message: cli.output.trim() }]) : new Error(cli.output.trim()));
}

export function outcomeOfError(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  const refused = error instanceof UsageError;
  return { verdict: refused ? 'refused' : 'the harness failed', exit: refused ? exitCodes.usage : exitCodes.internal, ids: refused ? ['refused'] : [], sentence: () => message.split('\n')[0] ?? '' };
}
