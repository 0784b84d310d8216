import { CommanderError } from 'commander';
import { problemText, UsageError } from '../contracts/fail.ts';
import { exitCodes } from '../contracts/verdicts.ts';
import { buildProgram, exitOfCommander } from './program.ts';

/** The one place where a command's outcome becomes an exit code. */
try {
  const program = buildProgram((code) => {
    process.exitCode = code;
  });
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = exitOfCommander(error);
  } else if (error instanceof UsageError) {
    for (const problem of error.problems) process.stderr.write(`${problemText(problem)}\n`);
    process.exitCode = exitCodes.usage;
  } else {
    process.stderr.write(`gatecrash failed: ${error instanceof Error ? (process.env['GATECRASH_DEBUG'] ? error.stack : error.message) : String(error)}\n`);
    process.exitCode = exitCodes.internal;
  }
}
// What an interrupted command was still waiting for must not keep the process.
process.exit();
