import { join } from 'node:path';
import type { Plan } from '../contracts/plan.ts';
import type { ProcessSpec } from '../supervisor/api.ts';

/** The HTTP timeout of the scripts: a user who waits longer has gone. */
export const REQUEST_TIMEOUT_MS = 5000;

export interface K6Paths {
  readonly k6Path: string;
  /** folder that `plan.load.script` is relative to */
  readonly projectDir: string;
  readonly runDir: string;
  /** folder of the run outside the run folder, for the FIFOs; removed by the supervisor */
  readonly workDir: string;
}

export const generatorName = (index: number): string => `k6-${index}`;
export const fifoPath = (workDir: string, index: number): string => join(workDir, `k6-${index}.csv`);
export const historyLog = (runDir: string, index: number): string => join(runDir, 'logs', `history-${index}.log`);

/** Nothing is sent home, no extension is fetched, no configuration of the user's own is read. */
export function k6Environment(workDir: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: workDir, K6_NO_USAGE_REPORT: 'true', K6_AUTO_EXTENSION_RESOLUTION: 'false' };
}

/** What scenarios/lib/settings.ts reads as GATECRASH_LOAD. */
export function loadVariable(plan: Plan, generator: number, baseUrl: string): string {
  const { startPerSecond, stages, vusMax, drainMs, settings } = plan.load;
  return JSON.stringify({ baseUrl, seed: plan.seed, generator, startPerSecond, stages, vusMax, drainMs, requestTimeoutMs: REQUEST_TIMEOUT_MS, settings, history: true });
}

/** One k6 process: its share of the load, samples to the FIFO, history to a file, and no summary, thresholds or server. */
export function generatorSpec(plan: Plan, generator: Plan['load']['generators'][number], apiUrl: string, paths: K6Paths): ProcessSpec {
  const { index, segment, sequence } = generator;
  const segments = plan.load.generators.length > 1 ? ['--execution-segment', segment, '--execution-segment-sequence', sequence] : [];
  return {
    name: generatorName(index),
    command: paths.k6Path,
    args: [
      ...['run', '--quiet', '--no-color', '--summary-mode', 'disabled', '--no-thresholds'],
      ...['--system-tags', 'status,method,name,error_code,group', '--out', 'csv'],
      ...['--console-output', historyLog(paths.runDir, index), '--log-format', 'raw'],
      ...segments,
      plan.load.script,
    ],
    cwd: paths.projectDir,
    env: {
      ...k6Environment(paths.workDir),
      K6_CSV_FILENAME: fifoPath(paths.workDir, index),
      K6_CSV_TIME_FORMAT: 'unix_milli',
      K6_CSV_SAVE_INTERVAL: '200ms',
      GATECRASH_LOAD: loadVariable(plan, index, apiUrl),
    },
    logFile: join(paths.runDir, 'logs', `${generatorName(index)}.log`),
  };
}
