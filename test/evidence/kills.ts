import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { killOnUp, killOwnStack, Sandbox } from '../kills/kill.ts';

/**
 * SIGKILL of the harness at random moments of a run in which something is broken all the time: half of the runs on a
 * stack of their own, half on one that `up` has left running. Prints a row for each; exit code 1 when anything was left.
 * Arguments: how many (default 30), seed (default 1).
 */
const [count = 30, seed = 1] = process.argv.slice(2).map(Number);
const random = xoroshiro128plus(seed);
/** The faults hold from the first second to the twenty-sixth. */
const LAST_MS = 26_000;
let bad = 0;

async function kill(name: string, left: (afterMs: number) => Promise<string[]>): Promise<void> {
  const afterMs = uniformInt(random, 0, LAST_MS);
  const found = await left(afterMs).catch((error: unknown) => [(error as Error).message.split('\n')[0] ?? 'unknown']);
  if (found.length > 0) bad++;
  process.stdout.write(`| ${name} | ${(afterMs / 1000).toFixed(1)} | ${found.length === 0 ? 'nothing' : `**${found.join('; ')}**`} |\n`);
}

process.stdout.write('| stack | killed after (s of load) | left behind |\n|---|--:|---|\n');
const own = Math.ceil(count / 2);
for (let index = 0; index < own; index++) {
  using sandbox = new Sandbox();
  await kill('own', (afterMs) => killOwnStack(sandbox, afterMs));
}
if (count > own) {
  using sandbox = new Sandbox();
  const { code, output } = await sandbox.gatecrash('up', '--port', '0');
  if (code !== 0) throw new Error(output);
  for (let index = own; index < count; index++) await kill('up', (afterMs) => killOnUp(sandbox, afterMs));
  await sandbox.gatecrash('down');
}
process.exit(bad === 0 ? 0 : 1);
