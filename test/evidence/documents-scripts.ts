import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentScripts } from '../support/document-scripts.ts';
import { projectRoot } from '../support/cli.ts';
import { startTestStack } from '../support/global-setup.ts';
import { startProgram } from '../support/program.ts';
import { needPort3000, runScript } from '../support/run-script.ts';
import { eventually, startTestService } from '../support/service.ts';

/**
 * `npm run evidence:documents -- [1 2 3 4]`: the k6 scripts of the order's load test plan, as printed and at full length
 * (about 2, 7, 8 and 31 minutes), with their own thresholds. Prints a Markdown table; exits 1 when a threshold was crossed.
 */
const wanted = new Set(process.argv.slice(2).map(Number));
const scripts = documentScripts().filter(({ number }) => wanted.size === 0 || wanted.has(number));
if (scripts.length === 0) throw new Error(`which scripts? 1 to 4, not "${process.argv.slice(2).join(' ')}"`);

/** All 200 users of scenario 2 come from one address and hold a place at once, which is more than is shipped. */
const settings = { COMPAT: 'seed', ROLES: 'api,worker', PORT: '3000', RATE_LIMITS: 'off', QUEUE_ACTIVE_CAP: '1000', QUEUE_ADMISSION_PER_SECOND: '1000' };
const seatsOfPayments = 5000;

await needPort3000();
const { stack, close } = await startTestStack();
const folder = mkdtempSync(join(tmpdir(), 'documents-'));
try {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: projectRoot, encoding: 'utf8' }).trim();
  console.log(`Commit ${commit}; settings that differ from what is shipped: ${Object.entries(settings).map(([name, value]) => `${name}=${value}`).join(', ')}\n`);
  console.log('| scenario | k6 exit | iterations | requests | p95 (ms) | failed, as k6 counts | checks |');
  console.log('|---|---|---|---|---|---|---|');
  for (const script of scripts) {
    await using shop = await startTestService(stack, { roles: 'api', seats: seatsOfPayments });
    const { AUTH_MODE: _mode, ...env } = shop.env;
    await using program = startProgram({ ...env, ...settings });
    await eventually('the fixtures are there', async () => (await fetch(`${program.url}/concerts/schedules/schedule_popular/seats`)).ok, 20_000);
    const run = await runScript(script, folder, [], { PAY_SCHEDULE: 'schedule_1' });
    const checks = Object.entries(run.checks).map(([name, { passes, fails }]) => `${name}: ${passes} of ${passes + fails}`);
    console.log(`| ${script.number} ${script.title} | ${run.code} | ${run.iterations} | ${run.requests} | ${run.p95Ms.toFixed(1)} | ${(run.failed * 100).toFixed(2)} % | ${checks.join('; ')} |`);
    if (run.code !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
  await close();
}
