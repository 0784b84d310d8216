import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { allMutants } from '../support/mutant.ts';
import { type MutantRow, runMutants } from '../support/mutant-campaign.ts';
import { projectRoot } from '../support/cli.ts';
import { Interrupt } from '../../harness/cli/interrupt.ts';

/**
 * `npm run mutants -- [ID …]`: each planted defect with the experiment that is to reveal it, all or those that are named; first
 * the healthy service with the same files. Prints a Markdown table; exits 1 when a defect was not caught by what it is to
 * be caught by, or the healthy service did not pass.
 */
const wanted = process.argv.slice(2);
const known = allMutants();
const unknown = wanted.filter((id) => !known.some((mutant) => mutant.id === id));
if (unknown.length > 0) {
  process.stderr.write(`no planted defect "${unknown[0]}"; known: ${known.map(({ id }) => id).join(', ')}\n`);
  process.exit(64);
}
const mutants = wanted.length === 0 ? known : known.filter(({ id }) => wanted.includes(id));
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: projectRoot, encoding: 'utf8' }).trim();
const startedMs = performance.now();
const interrupt = new Interrupt(console.log);
const rows = await runMutants({ mutants, healthyFirst: true, outDir: resolve(projectRoot, 'reports/runs/mutants'), signal: interrupt.signal, report: console.log });
interrupt.dispose();
if (interrupt.signal.aborted) process.exit(interrupt.exitCode);

console.log(`\n\`npm run mutants\` on commit ${commit}: ${mutants.length} planted defects, ${Math.round((performance.now() - startedMs) / 1000)} s in all\n`);
console.log('| defect | experiment | verdict | to be found by | found | seconds | |');
console.log('|---|---|---|---|---|--:|---|');
rows.forEach((row) => console.log(line(row)));
const missed = rows.filter(({ asExpected }) => !asExpected);
console.log(`\n${rows.length - missed.length} of ${rows.length} as expected${missed.length > 0 ? `; not: ${missed.map(({ part }) => part.name).join(', ')}` : ''}`);
process.exitCode = missed.length === 0 ? 0 : 1;

function line({ mutant, experiment, part, found, asExpected }: MutantRow): string {
  const seconds = part.tookMs === null ? '–' : (part.tookMs / 1000).toFixed(0);
  return `| ${mutant ? `\`${mutant.id}\`: ${mutant.title}` : 'none: the healthy service'} | ${experiment} | ${part.verdict ?? part.sentence} | ${mutant?.finding ?? '–'} | ${found.join(', ') || '–'} | ${seconds} | ${asExpected ? 'yes' : '**no**'} |`;
}
