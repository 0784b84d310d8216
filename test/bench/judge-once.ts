import { evaluation } from '../../harness/run/evaluate.ts';

/** One run folder, timed part by part; prints JSON. Fails when it does not pass: then something else was timed. */
const [dir = ''] = process.argv.slice(2);

const startMs = performance.now();
const doneMs = { measure: 0, audit: 0 };
const { verdict } = await evaluation(dir, undefined, (part) => (doneMs[part] = performance.now()));
const endMs = performance.now();
if (verdict.verdict !== 'PASS') throw new Error(verdict.reasons.join('\n'));
const cpu = process.cpuUsage();
// ru_maxrss is in KiB on Linux.
process.stdout.write(JSON.stringify({ measureMs: doneMs.measure - startMs, auditMs: doneMs.audit - doneMs.measure, judgeMs: endMs - doneMs.audit, cpuMs: (cpu.user + cpu.system) / 1000, peakBytes: process.resourceUsage().maxRSS * 1024 }));
