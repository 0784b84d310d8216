import { mkdir, mkdtemp, chmod } from 'node:fs/promises';
import { cpus, tmpdir, totalmem, release, type } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Bus } from '../contracts/bus.ts';
import type { Plan } from '../contracts/plan.ts';
import { artefacts } from '../contracts/run-folder.ts';
import { SCHEMA_VERSION } from '../contracts/run-header.ts';
import type { DatasetFile, StackFile } from '../contracts/stack.ts';
import type { Verdict } from '../contracts/verdict.ts';
import { assertFewFaults, defaultBlastRadius, type BlastRadius } from './blast-radius.ts';
import { evaluate } from './evaluate.ts';
import { execute } from './execute.ts';
import { recordBus } from './recorder.ts';
import { newAdminKey } from './world.ts';
import { inspectScript } from '../load/inspect.ts';
import { projectRoot } from '../root.ts';
import { ensureTools, type Tools } from '../setup/tools.ts';
import type { Stack } from '../stack/api.ts';
import { startNativeStack } from '../stack/native/start.ts';
import { writeJson } from '../store/json.ts';
import { recoverLines } from '../supervisor/recover-text.ts';
import { recover } from '../supervisor/recover.ts';
import type { Supervisor } from '../supervisor/api.ts';
import { startSupervisor } from '../supervisor/client.ts';
import { exportLedger } from '../targets/ticketing/ledger.ts';
import { prepareTicketing } from '../targets/ticketing/prepare.ts';

/** After Ctrl-C the load and the faults have this long to end in order; then the supervisor ends them. */
const ORDERLY_END_MS = 5000;

export interface RunOptions {
  readonly plan: Plan;
  /** Parent of the run folder. */
  readonly outDir: string;
  /** Whom faults may hit; default: few, and this machine only. */
  readonly blastRadius?: BlastRadius;
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

/**
 * One run, from a plan to a verdict: provision, prepare, execute, settle, then everything that is pure. However it ends,
 * the supervisor has undone the faults, stopped what was started and removed the temporary folder.
 */
export async function runPlan(options: RunOptions): Promise<RunResult> {
  const { plan, signal, report } = options;
  assertFewFaults(plan, options.blastRadius ?? defaultBlastRadius);
  const runDir = resolve(options.outDir, plan.runId);
  await recoverAndTell(report);
  const tools = await ensureTools(report, { haproxy: plan.stack.replicas > 1 });
  await mkdir(join(runDir, artefacts.logs), { recursive: true });
  await writeJson(join(runDir, artefacts.plan), plan);
  try {
    await using supervisor = await startSupervisor();
    const lost = Promise.withResolvers<never>();
    supervisor.onLost((error) => lost.reject(error));
    const world = await Promise.race([provision(options, runDir, tools, supervisor), lost.promise, aborted(signal, 0)]);
    await Promise.race([executeAndSettle(options, runDir, tools, world), lost.promise, aborted(signal, ORDERLY_END_MS)]);
  } catch (error) {
    await recoverAndTell(report); // A supervisor that was killed has put nothing away.
    throw error;
  }
  return { runDir, verdict: signal.aborted ? null : await evaluate(runDir) };
}

/** Puts away what runs whose supervisor is dead have left. */
async function recoverAndTell(report: RunOptions['report']): Promise<void> {
  for (const line of recoverLines(await recover())) report(`left by a run that was killed, ${line}`);
}

interface World {
  readonly supervisor: Supervisor;
  readonly stack: Stack;
  readonly dataset: DatasetFile;
  readonly adminKey: string;
  /** Short-lived files; the supervisor removes it. */
  readonly workDir: string;
}

/** Servers up, clean state: stack.json and dataset.json. */
async function provision({ plan, report, serviceDir, sqlAfterMigration }: RunOptions, runDir: string, tools: Tools, supervisor: Supervisor): Promise<World> {
  const workDir = await mkdtemp(join(tmpdir(), 'gatecrash-'));
  await supervisor.ownFolder(workDir);
  await chmod(workDir, 0o755); // The servers' user must be able to reach its folders below.
  await inspectScript({ plan, supervisor, k6Path: tools.k6, projectDir: projectRoot, workDir });
  const stack = await startNativeStack({ supervisor, tools, workDir, logDir: join(runDir, artefacts.logs), report, topology: plan.stack });
  const adminKey = newAdminKey();
  const dataset = await prepareTicketing({
    stack,
    dataset: plan.dataset,
    settings: { ...plan.service, ADMIN_KEY: adminKey },
    runId: plan.runId,
    serviceDir: serviceDir ?? join(projectRoot, 'service'),
    ...(sqlAfterMigration === undefined ? {} : { sqlAfterMigration }),
  });
  await writeJson(join(runDir, artefacts.stack), await describeStack(stack, plan.runId));
  await writeJson(join(runDir, artefacts.dataset), dataset);
  return { supervisor, stack, dataset, adminKey, workDir };
}

/** The load with its faults, then the ledger. Ends early, and without a ledger, when it is aborted. */
async function executeAndSettle({ plan, signal, onBus, blastRadius = defaultBlastRadius }: RunOptions, runDir: string, tools: Tools, world: World): Promise<void> {
  const bus = new Bus();
  using _record = recordBus(bus, runDir, plan.runId);
  using _live = onBus?.(bus);
  await execute({ ...world, plan, bus, tools, blastRadius, runDir, signal });
  if (!signal.aborted) await exportLedger({ ...world, runDir, runId: plan.runId });
}

/** Rejects when `signal` was aborted `graceMs` ago. */
async function aborted(signal: AbortSignal, graceMs: number): Promise<never> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await sleep(graceMs);
  throw signal.reason;
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
