import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { exitCodes } from '../contracts/verdicts.ts';
import { gatecrashVersion } from '../root.ts';
import { defaultBlastRadius } from '../run/blast-radius.ts';

/** Builds the command line. Each command lives in a file of its own and is loaded only when it is called. */
export function buildProgram(setExit: (code: number) => void): Command {
  const program = new Command('gatecrash')
    .description('Can we open? Starts the ticketing stack, drives it with k6, breaks it on schedule, audits every sale, and gives one verdict.')
    .version(gatecrashVersion)
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText('after', `\nExit codes: 0 PASS, 1 FAIL, 2 INCONCLUSIVE, 3 INVALID, 64 wrong usage, 70 the harness failed, 130/143 interrupted (docs/verdicts.md)`);

  program
    .command('run <experiment>')
    .description('run one experiment to its verdict and report')
    .option('--rate <n>', 'user arrivals per second at the peak (default: the experiment says)', positive)
    .option('--seed <n>', 'seed of every choice left to chance', wholeNumber, 1)
    .option('--out <dir>', 'parent of the run folder', 'reports/runs')
    .option('--looks <n>', 'run it again when it was INCONCLUSIVE, this many times in all; they share the 5 %', looks, 1)
    .addOption(new Option('--stack <which>', 'a stack of its own, or the one that "up" has left running').choices(['own', 'up']).default('own'))
    .option('--max-faults <n>', 'refuse an experiment with more faults, repetitions counted', wholeNumber, defaultBlastRadius.maxFaults)
    .option('--allow-host <host>', 'a host other than this machine that faults may hit; as often as needed', (host: string, before: string[]) => [...before, host], [])
    .option('--json', 'print the verdict as JSON at the end, instead of the table')
    .action(async (experiment: string, options: { rate?: number; seed: number; looks: number; out: string; stack: 'own' | 'up'; maxFaults: number; allowHost: string[]; json?: boolean }) => {
      const { runCommand } = await import('./run.ts');
      setExit(await runCommand(experiment, options));
    });
  program
    .command('suite <file>')
    .description('run many experiments on one warm stack, to one page with a row for each')
    .option('--only <name...>', 'only the parts with these names')
    .option('--resume <dir>', 'go on with a campaign: its folder; runs what has no verdict yet')
    .option('--seed <n>', 'seed of every choice left to chance (default: 1, or that of the campaign that is resumed)', wholeNumber)
    .option('--out <dir>', "parent of the campaign's folder", 'reports/campaigns')
    .option('--max-faults <n>', 'refuse an experiment with more faults, repetitions counted', wholeNumber, defaultBlastRadius.maxFaults)
    .option('--json', 'print campaign.json at the end, instead of the table')
    .action(async (file: string, options: { only?: string[]; resume?: string; seed?: number; out: string; maxFaults: number; json?: boolean }) => {
      const { suiteCommand } = await import('./suite.ts');
      setExit(await suiteCommand(file, options));
    });
  program
    .command('judge <run>')
    .description('measure, audit and judge a run folder again, and render its report')
    .option('--sla <file>', 'judge by other objectives')
    .option('--json', 'print the verdict as JSON')
    .action(async (run: string, options: { sla?: string; json?: boolean }) => {
      const { judgeCommand } = await import('./judge.ts');
      setExit(await judgeCommand(run, options));
    });
  program
    .command('report <run>')
    .description('render the report of a run folder again, from its verdict')
    .action(async (run: string) => {
      const { reportCommand } = await import('./report.ts');
      setExit(await reportCommand(run));
    });
  program
    .command('plan <experiment>')
    .description('print what would run, second by second, without touching anything')
    .option('--rate <n>', 'user arrivals per second at the peak', positive)
    .option('--seed <n>', 'seed', wholeNumber, 1)
    .option('--json', 'print plan.json')
    .action(async (experiment: string, options: { rate?: number; seed: number; json?: boolean }) => {
      const { planCommand } = await import('./plan.ts');
      setExit(await planCommand(experiment, options));
    });
  program
    .command('validate <file>')
    .description('check an experiment, a suite or an objectives file; prints every problem at once')
    .action(async (file: string) => {
      const { validateCommand } = await import('./validate.ts');
      setExit(validateCommand(file));
    });
  program
    .command('list [kind]')
    .description('list the experiments, the suites and the kinds of fault; or show one kind')
    .action(async (kind: string | undefined) => {
      const { listCommand } = await import('./list.ts');
      setExit(listCommand(kind));
    });
  program
    .command('up [experiment]')
    .description('start stack and service with a seeded opening, and leave them running')
    .option('--port <n>', 'port on which users reach the api; 0: a free one', portNumber, 3000)
    .option('--replicas <n>', 'processes that answer requests, behind HAProxy when there are several', replicaCount)
    .option('--set <NAME=VALUE>', 'a setting of the service (docs/configuration.md); as often as needed', setting, {})
    .option('--json', 'print addresses and keys as JSON')
    .action(async (experiment: string | undefined, options: { port: number; replicas?: number; set: Record<string, string>; json?: boolean }) => {
      const { upCommand } = await import('./up.ts');
      setExit(await upCommand(experiment, options));
    });
  program
    .command('down')
    .description('end what "up" has left running')
    .action(async () => {
      const { downCommand } = await import('./down.ts');
      setExit(await downCommand());
    });
  program
    .command('status')
    .description('show what "up" has left running; exit code 1 when something is down')
    .option('--json', 'print it as JSON')
    .action(async (options: { json?: boolean }) => {
      const { statusCommand } = await import('./status.ts');
      setExit(await statusCommand(options));
    });
  program
    .command('logs [name]')
    .description('print the last lines of the logs of what is up')
    .option('-f, --follow', 'go on until interrupted')
    .option('--tail <n>', 'so many lines of each', wholeNumber, 20)
    .action(async (name: string | undefined, options: { follow?: boolean; tail: number }) => {
      const { logsCommand } = await import('./logs.ts');
      setExit(await logsCommand(name, options));
    });
  program
    .command('doctor')
    .description('say what is there, what is missing, and the one command that fixes it')
    .action(async () => {
      const { doctor } = await import('./doctor.ts');
      setExit(await doctor());
    });
  program
    .command('setup')
    .description('fetch and build everything a run needs')
    .action(async () => {
      const { setup } = await import('./setup.ts');
      setExit(await setup());
    });
  program
    .command('recover')
    .description('undo and stop whatever a killed run has left behind')
    .action(async () => {
      const { recoverCommand } = await import('./recover.ts');
      setExit(await recoverCommand());
    });
  program
    .command('cache')
    .description('what set-up has fetched and built')
    .command('clean')
    .description('remove it; the next run sets up again')
    .action(async () => {
      const { cleanCache } = await import('../setup/cache.ts');
      process.stdout.write(`${(await cleanCache()).map((path) => `removed ${path}`).join('\n') || 'the cache is empty'}\n`);
    });
  return program;
}

/** The exit code for what commander threw: help and version are fine, the rest is wrong usage. */
export function exitOfCommander(error: CommanderError): number {
  return error.exitCode === 0 || error.code === 'commander.help' ? 0 : exitCodes.usage;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return value;
}

function looks(text: string): number {
  const value = wholeNumber(text);
  if (value < 1 || value > 20) throw new InvalidArgumentError('It must be 1 to 20.');
  return value;
}

function portNumber(text: string): number {
  const value = wholeNumber(text);
  if (value > 65_535) throw new InvalidArgumentError('It must be a port, 0 to 65535.');
  return value;
}

function replicaCount(text: string): number {
  const value = wholeNumber(text);
  if (value < 1 || value > 8) throw new InvalidArgumentError('It must be 1 to 8.');
  return value;
}

/** Where a process of the service is, and what it does there, the stack decides. */
const decidedByStack: ReadonlySet<string> = new Set(['HOST', 'PORT', 'ROLES', 'DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS', 'KAFKA_TOPIC_PREFIX', 'GATEWAY_URL']);

function setting(text: string, before: Record<string, string>): Record<string, string> {
  const [, name = '', value = ''] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(text) ?? [];
  if (name === '') throw new InvalidArgumentError('It must be written NAME=VALUE, like COMPAT=seed.');
  if (decidedByStack.has(name)) throw new InvalidArgumentError(`${name} is decided by the stack${name === 'PORT' ? '; users reach the api on --port' : ''}.`);
  return { ...before, [name]: value };
}
