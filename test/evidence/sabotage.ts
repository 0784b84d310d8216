import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Stacks } from '../../harness/campaign/stacks.ts';
import { Interrupt } from '../../harness/cli/interrupt.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import { loadExperiment } from '../../harness/plan/experiment.ts';
import { planLoaded } from '../../harness/plan/make.ts';
import { newRunId } from '../../harness/plan/plan.ts';
import { recoverAndTell } from '../../harness/run/run.ts';
import type { SabotageCase } from '../sabotage/case.ts';
import { healthyRun, sabotageCases } from '../sabotage/cases/index.ts';
import { outcomeOfError, type Outcome } from '../sabotage/outcome.ts';
import { runCase, type CaseResult } from '../sabotage/run-case.ts';
import { projectRoot } from '../support/cli.ts';

/**
 * `npm run evidence:sabotage -- [BEGINNING OF A NAME …]`: the shortest experiment, healthy once, then with the run itself
 * sabotaged: one case after the other, on one warm stack as long as none of its servers was killed. Prints a Markdown
 * table; exits 1 when a case passed, ended in another verdict than it must, or was not named by what must name it.
 */
const wanted = process.argv.slice(2);
const cases = sabotageCases.filter(({ name }) => wanted.length === 0 || wanted.some((begin) => name.startsWith(begin)));
const unknown = wanted.filter((begin) => !sabotageCases.some(({ name }) => name.startsWith(begin)));
if (unknown.length > 0) {
  process.stderr.write(`no case begins with "${unknown[0]}"; known:\n${sabotageCases.map(({ name }) => `  ${name}\n`).join('')}`);
  process.exit(64);
}
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: projectRoot, encoding: 'utf8' }).trim();
const outDir = resolve(projectRoot, 'reports/runs/sabotage', newRunId('sabotage'));
const logDir = join(outDir, 'logs');
await mkdir(logDir, { recursive: true });
const interrupt = new Interrupt(console.error);
const { signal } = interrupt;
const report = (line: string): void => console.error(line);
const loaded = loadExperiment(resolve(projectRoot, 'test/sabotage/short.yaml'));
const startedMs = performance.now();
let odd = 0;

console.log(`\`npm run evidence:sabotage\` on commit ${commit}\n`);
console.log('| what is done to the run | verdict | exit | named by | it says | seconds |');
console.log('|---|---|--:|---|---|--:|');
await recoverAndTell(report);
{
  await using stacks = new Stacks({ logDir, signal, report });
  const { runDir } = await tell(healthyRun, (plan) => runCase(healthyRun, plan, { stacks, outDir, signal, report }));
  for (const one of cases) {
    if (signal.aborted) break;
    await tell(one, async (plan) => {
      if ('program' in one) return { outcome: await one.program(outDir), runDir: '' };
      if (!('afterwards' in one)) return runCase(one, plan, { stacks, outDir, signal, report });
      const copy = join(outDir, plan.runId);
      cpSync(runDir, copy, { recursive: true });
      return { outcome: await one.afterwards(copy), runDir: copy };
    });
  }
}
interrupt.dispose();
if (signal.aborted) process.exit(interrupt.exitCode);
console.log(`\n${cases.length + 1 - odd} of ${cases.length + 1} as they must be, ${Math.round((performance.now() - startedMs) / 1000)} s in all`);
process.exit(odd === 0 ? 0 : 1);

/** Prints the row of a case as soon as it is over. */
async function tell(one: SabotageCase, run: (plan: Plan) => Promise<CaseResult>): Promise<CaseResult> {
  const caseStartedMs = performance.now();
  const result = await run(planLoaded(loaded, { seed: 7 })).catch((error: unknown) => ({ outcome: outcomeOfError(error), runDir: '' }));
  if (!signal.aborted) console.log(row(one, result.outcome, (performance.now() - caseStartedMs) / 1000));
  return result;
}

function row({ name, verdict, namedBy }: SabotageCase, outcome: Outcome, seconds: number): string {
  const asExpected = outcome.verdict === verdict && (namedBy === undefined || outcome.ids.includes(namedBy));
  if (!asExpected) odd++;
  const what = asExpected ? (namedBy ?? '–') : `**not by ${namedBy}**, but: ${outcome.ids.join(', ') || 'nothing'}`;
  const said = namedBy === undefined && asExpected ? '–' : outcome.sentence(namedBy ?? '').replaceAll('|', '/').replaceAll(`${projectRoot}/`, '');
  return `| ${name} | ${outcome.verdict === verdict ? verdict : `**${outcome.verdict}**`} | ${outcome.exit} | ${what} | ${said} | ${seconds.toFixed(0)} |`;
}
