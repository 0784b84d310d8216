import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bus } from '../../harness/contracts/bus.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import { startLoad } from '../../harness/load/load.ts';
import { readProcess } from '../../harness/metrics/proc.ts';
import { projectRoot } from '../../harness/root.ts';
import { recordBus } from '../../harness/run/recorder.ts';
import { ensureTools } from '../../harness/setup/tools.ts';
import { startSupervisor } from '../../harness/supervisor/client.ts';
import { fixturePlan } from '../support/fixtures.ts';

/**
 * `npm run bench:harness -- [ARRIVALS]`: what the harness costs beside k6. Arrivals per second (default 130, which are about
 * 1,200 requests per second) against a service that costs next to nothing, for 20 s: k6's samples are read, folded and
 * written as in a run. Prints the CPU of the harness and of its supervisor against k6's; exit code 1 above 0.15 of k6's and
 * 3 % of a core.
 */
const ratePerSecond = Number(process.argv[2] ?? 130);
const SECONDS = 20;
const [SHARE_OF_K6_MAX, CORES_MAX] = [0.15, 0.03];

const { k6: k6Path } = await ensureTools(() => undefined);
const folder = mkdtempSync(join(tmpdir(), 'gatecrash-bench-'));
const fake = fork(join(import.meta.dirname, 'fake-service-main.ts'));
const supervisor = await startSupervisor({ stateDir: join(folder, 'state') });
try {
  const [apiUrl] = (await once(fake, 'message')) as [string];
  const [runDir, workDir] = [join(folder, 'run'), join(folder, 'work')];
  mkdirSync(join(runDir, 'logs'), { recursive: true });
  mkdirSync(workDir);
  const plan = planAt(ratePerSecond);
  const bus = new Bus();
  using _recorded = recordBus(bus, runDir, plan.runId, (problem) => process.stderr.write(`${String(problem)}\n`));
  const own = process.cpuUsage();
  const load = await startLoad({ plan, apiUrl, supervisor, bus, k6Path, projectDir: projectRoot, runDir, workDir });
  const pids = load.generators.map(({ pid }) => pid);
  let k6Seconds = 0;
  const reading = setInterval(() => (k6Seconds = Math.max(k6Seconds, pids.reduce((sum, pid) => sum + (readProcess(pid)?.cpuSeconds ?? 0), 0))), 200);
  const startedMs = performance.now();
  const { requests } = await load.done;
  clearInterval(reading);
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(own);
  const harnessSeconds = (user + system) / 1e6;
  const bound = SHARE_OF_K6_MAX * k6Seconds + CORES_MAX * seconds;
  process.stdout.write('| requests/s | k6, CPU s | harness, CPU s | of k6 | bound: 0.15 k6 + 3 % of a core | kept |\n|--:|--:|--:|--:|--:|---|\n');
  process.stdout.write(`| ${(requests / SECONDS).toFixed(0)} | ${k6Seconds.toFixed(1)} | ${harnessSeconds.toFixed(1)} | ${(harnessSeconds / k6Seconds).toFixed(2)} | ${bound.toFixed(1)} | ${harnessSeconds <= bound ? 'yes' : 'no'} |\n`);
  process.exitCode = harnessSeconds <= bound ? 0 : 1;
} finally {
  fake.disconnect();
  await supervisor.close();
  rmSync(folder, { recursive: true, force: true });
}

function planAt(rate: number): Plan {
  const plan = fixturePlan();
  const stages = [{ durationMs: SECONDS * 1000, targetPerSecond: rate }];
  return { ...plan, load: { ...plan.load, warmupMs: 0, durationMs: SECONDS * 1000, drainMs: 5000, vusMax: 400, settings: { thinkMs: 100 }, startPerSecond: rate, stages, ratePerSecond: rate, arrivalsPlanned: rate * SECONDS } };
}
