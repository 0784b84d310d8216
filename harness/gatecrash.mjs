#!/usr/bin/env node
// The door to the program. Runs on the machine's own Node (20 or newer), needs no package: it makes sure that the packages
// are there, then hands over to Node 26 among them, which runs the TypeScript as it is.
//   gatecrash ARGS…               harness/cli/main.ts ARGS…
//   gatecrash exec FILE ARGS…     a TypeScript file of the project, after set-up
import { join, resolve } from 'node:path';
import { handOver } from './setup/hand-over.mjs';
import { inspectMachine } from './setup/machine.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { projectRoot } from './setup/paths.mjs';
import { missingLines } from './setup/requirements.mjs';

const USAGE = 64;
const INTERNAL = 70;
/** Commands that only read and write files: no k6, no servers, so nothing is demanded of the machine but Node and npm. */
const fileCommands = new Set(['doctor', 'down', 'help', 'judge', 'list', 'logs', 'plan', 'recover', 'report', 'status', 'validate']);

const say = (line) => process.stderr.write(`${line}\n`);
const [command, ...rest] = process.argv.slice(2);

try {
  const filesOnly = command === undefined || command.startsWith('-') || fileCommands.has(command) || rest.some((arg) => arg === '--help' || arg === '-h');
  const missing = missingLines(inspectMachine(process.env), filesOnly);
  if (missing.length > 0) {
    for (const line of missing) say(line);
    process.exitCode = USAGE;
  } else if (command === 'exec' && rest.length === 0) {
    say('exec: which file? Usage: gatecrash exec FILE ARGS…');
    process.exitCode = USAGE;
  } else {
    const node = await ensurePackages(process.env, say);
    const [script, ...args] = command === 'exec' ? [resolve(rest[0]), ...rest.slice(1)] : [join(projectRoot, 'harness/cli/main.ts'), ...process.argv.slice(2)];
    process.exitCode = await handOver(node, script, args);
  }
} catch (error) {
  say(`gatecrash: ${error.message}`);
  process.exitCode = error.exitCode ?? INTERNAL;
}
