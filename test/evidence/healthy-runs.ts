import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { artefacts } from '../../harness/contracts/run-folder.ts';
import type { Measurements } from '../../harness/contracts/measurements.ts';
import type { Verdict } from '../../harness/contracts/verdict.ts';
import { Cli, projectRoot } from '../support/cli.ts';

/**
 * `npm run evidence:healthy -- [RUNS]`: the default experiment again and again on the healthy service. Prints a Markdown table
 * with a row a run; exits 1 when one of them was FAIL or INVALID: a false alarm.
 */
const experiment = 'chaos/experiments/opening-redis-down.yaml';
const runs = Number(process.argv[2] ?? 10);
if (!Number.isSafeInteger(runs) || runs < 1) throw new Error(`how many runs? "${process.argv[2]}" is no number`);

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: projectRoot, encoding: 'utf8' }).trim();
console.log(`${runs} × \`npx gatecrash run ${experiment}\` on commit ${commit}\n`);
console.log('| run | verdict | seconds in all | requests/s, steady | p95, p99 steady (ms) | p95 in fault (ms) | bad in fault | detected (s) | recovered (s) | k6 + harness, share of CPU |');
console.log('|---|---|---|---|---|---|---|---|---|---|');
const verdicts = new Map<string, number>();
for (let run = 1; run <= runs; run++) {
  const startMs = Date.now();
  await using cli = new Cli(['run', experiment, '--seed', String(run), '--out', resolve(projectRoot, 'reports/runs/evidence'), '--json']);
  await cli.done;
  const seconds = (Date.now() - startMs) / 1000;
  const start = cli.output.indexOf('\n{') + 1;
  if (start === 0) throw new Error(`no verdict:\n${cli.output}`);
  const verdict = JSON.parse(cli.output.slice(start, cli.output.lastIndexOf('\n}') + 2)) as Verdict & { report: string };
  verdicts.set(verdict.verdict, (verdicts.get(verdict.verdict) ?? 0) + 1);
  console.log(row(run, verdict, seconds));
  for (const reason of verdict.reasons) console.log(`  - ${reason}`);
}
console.log(`\n${[...verdicts].map(([name, count]) => `${count} ${name}`).join(', ')}`);
if (verdicts.has('FAIL') || verdicts.has('INVALID')) process.exitCode = 1;

function row(run: number, verdict: Verdict & { report: string }, seconds: number): string {
  const measured = JSON.parse(readFileSync(join(dirname(verdict.report), artefacts.measurements), 'utf8')) as Measurements;
  const phase = (name: string): Measurements['endpoints'][number] | undefined => measured.endpoints.find((row) => row.phase === name && row.endpoint === '*');
  const steady = phase('steady');
  const [fault] = measured.faults;
  const inFault = phase(`fault:${fault?.id}`);
  const span = measured.phases.find(({ id }) => id === 'steady');
  const perSecond = steady && span ? steady.count / ((span.endMs - span.startMs) / 1000) : NaN;
  const generatorShare = measured.processes.filter(({ process }) => process === 'harness' || process === 'supervisor' || process.startsWith('k6')).reduce((sum, { cpuShare }) => sum + (cpuShare ?? NaN), 0);
  const event = (seen: { seconds: number; censored: boolean } | null | undefined): string => (seen ? `${seen.censored ? '> ' : ''}${seen.seconds.toFixed(1)}` : '–');
  return `| ${run} | ${verdict.verdict} | ${seconds.toFixed(0)} | ${perSecond.toFixed(0)} | ${steady?.latencyMs?.p95.toFixed(1)}, ${steady?.latencyMs?.p99.toFixed(1)} | ${inFault?.latencyMs?.p95.toFixed(1)} | ${inFault?.bad} of ${inFault?.count} | ${event(fault?.detection)} | ${event(fault?.recovery)} | ${(generatorShare * 100).toFixed(0)} % |`;
}
