import { exitCodes } from '../contracts/verdicts.ts';
import { ensureTools } from '../setup/tools.ts';

/** Fetches and builds everything a run needs. 0; throws a UsageError with everything that the machine lacks. */
export async function setup(): Promise<number> {
  const { versions } = await ensureTools((line) => process.stdout.write(`${line}\n`));
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  process.stdout.write(`all there: ${list.join(', ')}\n`);
  return exitCodes.PASS;
}
