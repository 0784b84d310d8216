import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeGeneratedRun } from './generated-run.ts';

/**
 * `npm run bench:judge`: measure, audit and judge of runs of 1, 3 and 10 M requests, each with a tenth as many
 * operations, in a process of its own each: seconds, CPU of all its threads, how many times as long a request took as in the first run, and the
 * most memory the process ever had, its threads included. Arguments: other sizes, in M.
 */
const sizes = process.argv.slice(2).map(Number);
const SECONDS_PER_MILLION = 360;

process.stdout.write('| requests | operations | measure | audit | judge | all | CPU | ÷ linear | peak memory |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n');
let msPerMillion: number | undefined;
for (const millions of sizes.length > 0 ? sizes : [1, 3, 10]) {
  const dir = mkdtempSync(join(tmpdir(), 'gatecrash-bench-'));
  try {
    const run = { requests: millions * 1e6, operations: millions * 1e5, seconds: Math.round(millions * SECONDS_PER_MILLION) };
    writeGeneratedRun(dir, run);
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'judge-once.ts'), dir], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr || stdout);
    const { measureMs, auditMs, judgeMs, cpuMs, peakBytes } = JSON.parse(stdout) as Record<'measureMs' | 'auditMs' | 'judgeMs' | 'cpuMs' | 'peakBytes', number>;
    const allMs = measureMs + auditMs + judgeMs;
    msPerMillion ??= allMs / millions;
    const s = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
    process.stdout.write(`| ${run.requests} | ${run.operations} | ${s(measureMs)} | ${s(auditMs)} | ${s(judgeMs)} | ${s(allMs)} | ${s(cpuMs)} | ${(allMs / millions / msPerMillion).toFixed(2)} | ${Math.round(peakBytes / 1024 ** 2)} MiB |\n`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
