import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setClock } from '../../../chaos/drivers/clock.ts';
import { ensureFaketime } from '../../../harness/setup/debian.ts';
import { Cli } from '../../support/cli.ts';
import type { SabotagedProgram } from '../case.ts';
import { outcomeOfProgram, type Outcome } from '../outcome.ts';

const LOADED_WITHIN_MS = 90_000;
const STEP_SECONDS = 2;

/** The program with a clock of its own (libfaketime), which is set forward in the middle of the load. The machine's own clock is not ours to set. */
async function withSteppedClock(outDir: string): Promise<Outcome> {
  const library = await ensureFaketime(() => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'gatecrash-clock-'));
  const file = join(folder, 'harness');
  try {
    writeFileSync(file, '+0\n');
    await using cli = new Cli(['run', 'test/sabotage/short.yaml', '--out', outDir, '--json'], { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1', FAKETIME_CACHE_DURATION: '1' });
    await cli.printed(/ s  steady /, LOADED_WITHIN_MS);
    await setClock(file, STEP_SECONDS);
    return await outcomeOfProgram(cli);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const clockCases: readonly SabotagedProgram[] = [{ name: 'the clock is set forward by two seconds', verdict: 'INVALID', namedBy: 'one-clock', program: withSteppedClock }];
