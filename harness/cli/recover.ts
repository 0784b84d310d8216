import { exitCodes } from '../contracts/verdicts.ts';
import { recoverLines } from '../supervisor/recover-text.ts';
import { recover } from '../supervisor/recover.ts';

/** Undoes and stops what killed runs have left, and says what it did. 70 when something could not be put away. */
export async function recoverCommand(): Promise<number> {
  const report = await recover();
  process.stdout.write(`${recoverLines(report).join('\n') || 'nothing to recover'}\n`);
  return report.problems.length > 0 ? exitCodes.internal : 0;
}
