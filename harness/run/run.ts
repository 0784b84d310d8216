import { mkdir, mkdtemp, chmod } from 'node:fs/promises';
import { cpus, tmpdir, totalmem, release, type } from 'node:os';
import { join, resolve } from 'node:path';
import { Bus } from '../contracts/bus.ts';
import type { Plan } from '../contracts/plan.ts';
import { artefacts } from '../contracts/run-folder.ts';
import { SCHEMA_VERSION } from '../contracts/run-header.ts';
import type { StackFile } from '../contracts/stack.ts';
import type { Verdict } from '../contracts/verdict.ts';
import { evaluate } from './evaluate.ts';
import { execute } from './execute.ts';
import { recordBus } from './recorder.ts';
import { projectRoot } from '../root.ts';
import { ensureTools } from '../setup/tools.ts';
import type { Stack } from '../stack/api.ts';
import { startNativeStack } from '../stack/native/start.ts';
import { writeJson } from '../store/json.ts';
import { recoverLines } from '../supervisor/recover-text.ts';
import { recover } from '../supervisor/recover.ts';
import { startSupervisor } from '../supervisor/client.ts';
import { exportLedger } from '../targets/ticketing/ledger.ts';
import { prepareTicketing } from '../targets/ticketing/prepare.ts';

export interface RunOptions {
  readonly plan: Plan;
  /** Parent of the run folder. */
  readonly outDir: string;
  readonly signal: AbortSignal;
  /** One line of progress for people. */
  report(line: string): void;
  /** Called with the bus before anything is on it: the live line subscribes here. */
  onBus?(bus: Bus): Disposable;
  /** Folder of the service's code; the mutants give a patched copy. */
  readonly serviceDir?: string;
  /** Run on this run's database before the seeds: where a mutant lifts what the schema would forbid. */
  readonly sqlAfterMigration?: string;
}

export interface RunResult {
  readonly runDir: string;
  /** null: interrupted before there was anything to judge */
  readonly verdict: Verdict | null;
}

/** One run, from a plan to a verdict: provision, prepare, execute, settle, then everything that is pure. */
export async function runPlan(options: RunOptions): Promise<RunResult> {
  const { plan, signal, report } = options;
  const runDir = resolve(options.outDir, plan.runId);
  for (const line of recoverLines(await recover())) report(`left by an earlier run, ${line}`);
  const tools = await ensureTools(report);
  await mkdir(join(runDir, artefacts.logs), { recursive: true });
  await writeJson(join(runDir, artefacts.plan), plan);
  {
    await using supervisor = await startSupervisor();
    const workDir = await mkdtemp(join(tmpdir(), 'gatecrash-'));
    await supervisor.ownFolder(workDir);
    await chmod(workDir, 0o755);
    const stack = await startNativeStack({ supervisor, tools, workDir, logDir: join(runDir, artefacts.logs), report });
    const dataset = await prepareTicketing({
      stack,
      plan,
      runId: plan.runId,
      serviceDir: options.serviceDir ?? join(projectRoot, 'service'),
      ...(options.sqlAfterMigration === undefined ? {} : { sqlAfterMigration: options.sqlAfterMigration }),
    });
    await writeJson(join(runDir, artefacts.stack), await describeStack(stack, plan.runId));
    await writeJson(join(runDir, artefacts.dataset), dataset);
    const bus = new Bus();
    using _record = recordBus(bus, runDir, plan.runId);
    using _live = options.onBus?.(bus);
    await execute({ plan, stack, dataset, supervisor, bus, k6Path: tools.k6, runDir, workDir, signal });
    if (!signal.aborted) await exportLedger({ stack, dataset, runDir, runId: plan.runId });
  }
  return { runDir, verdict: signal.aborted ? null : await evaluate(runDir) };
}

async function describeStack(stack: Stack, runId: string): Promise<StackFile> {
  return {
    schemaVersion: SCHEMA_VERSION,
    runId,
    kind: stack.kind,
    machine: { os: `${type()} ${release()}`, cpuModel: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryBytes: totalmem() },
    components: stack.components().map(({ handle, ...component }) => ({ ...component, ...(handle === undefined ? {} : { pid: handle.pid }) })),
    settings: { ...(await stack.durableSettings()) },
  };
}
