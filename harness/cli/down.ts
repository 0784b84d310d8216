import { exitCodes } from '../contracts/verdicts.ts';
import { recoverLines } from '../supervisor/recover-text.ts';
import { stopUp } from '../up/stop.ts';

/** Ends what `up` has left running. 0, also when nothing was; 70 when something could not be put away. */
export async function downCommand(): Promise<number> {
  const report = await stopUp((line) => void process.stdout.write(`${line}\n`));
  const lines = report === undefined ? ['nothing is up'] : [...recoverLines(report), ...(report.problems.length > 0 ? [] : ['down: nothing of it is left'])];
  process.stdout.write(`${lines.join('\n')}\n`);
  return report !== undefined && report.problems.length > 0 ? exitCodes.internal : exitCodes.PASS;
}
