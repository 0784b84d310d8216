import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { exitCodes } from '../contracts/verdicts.ts';
import { gatecrashVersion } from '../root.ts';

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
    .option('--json', 'print the verdict as JSON at the end, instead of the table')
    .action(async (experiment: string, options: { rate?: number; seed: number; out: string; json?: boolean }) => {
      const { runCommand } = await import('./run.ts');
      setExit(await runCommand(experiment, options));
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
    .description('check an experiment or an objectives file; prints every problem at once')
    .action(async (file: string) => {
      const { validateCommand } = await import('./validate.ts');
      setExit(validateCommand(file));
    });
  program
    .command('list')
    .description('list the experiments and the kinds of fault')
    .action(async () => {
      const { listCommand } = await import('./list.ts');
      setExit(listCommand());
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
