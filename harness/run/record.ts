import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { cpus, release, totalmem, type } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Bus } from '../contracts/bus.ts';
import { UsageError } from '../contracts/fail.ts';
import type { Plan } from '../contracts/plan.ts';
import { artefacts } from '../contracts/run-folder.ts';
import { SCHEMA_VERSION } from '../contracts/run-header.ts';
import type { DatasetFile, StackFile } from '../contracts/stack.ts';
import { projectRoot } from '../root.ts';
import type { Stack } from '../stack/api.ts';
import { writeJson } from '../store/json.ts';
import { exportLedger } from '../targets/ticketing/ledger.ts';
import { prepareTicketing } from '../targets/ticketing/prepare.ts';
import { unlessAborted } from './unless-aborted.ts';
import { defaultBlastRadius, type BlastRadius } from './blast-radius.ts';
import { compareSettings } from './compare-settings.ts';
import { execute } from './execute.ts';
import { recordBus } from './recorder.ts';
import type { WarmStack } from './warm-stack.ts';
import { newAdminKey } from './world.ts';

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

export const runDirOf = ({ outDir, plan }: Pick<RunOptions, 'outDir' | 'plan'>): string => resolve(outDir, plan.runId);

/**
 * Takes the folder of a run, before anything is started for it: one run, one folder. Throws a UsageError when there is one already, for
 * another run may be under way in it, and its database is called the same.
 */
export async function takeRunDir(options: Pick<RunOptions, 'outDir' | 'plan'>): Promise<string> {
  const runDir = runDirOf(options);
  await mkdir(dirname(runDir), { recursive: true });
  await mkdir(runDir).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? new UsageError([{ file: runDir, message: 'is there already: a run is under way in it, or has been', fix: 'begin a run of its own; `gatecrash judge` judges what is there' }]) : error;
  });
  await mkdir(join(runDir, artefacts.logs));
  return runDir;
}

interface Prepared {
  readonly dataset: DatasetFile;
  readonly adminKey: string;
  readonly workDir: string;
}

/**
 * What touches the world, on servers that are up: a clean state for this run with the service (re)started on it, the
 * load with its faults, the ledger. Leaves everything the verdict needs in the run folder, which must have been taken for it,
 * and the service running.
 */
export async function recordRun(warm: WarmStack, options: RunOptions): Promise<Prepared> {
  const { signal, plan } = options;
  const runDir = runDirOf(options);
  await writeJson(join(runDir, artefacts.plan), plan);
  const prepared = await Promise.race([unlessAborted(prepare(warm, options, runDir), signal, 0), warm.lost]);
  await Promise.race([unlessAborted(executeAndSettle(warm, options, runDir, prepared), signal, ORDERLY_END_MS), warm.lost]);
  return prepared;
}

/** Clean state: stack.json and dataset.json. */
async function prepare({ stack, workDir }: WarmStack, { plan, serviceDir, sqlAfterMigration }: RunOptions, runDir: string): Promise<Prepared> {
  const adminKey = newAdminKey();
  const dataset = await prepareTicketing({
    stack,
    dataset: plan.dataset,
    settings: { ...plan.service, ADMIN_KEY: adminKey },
    runId: plan.runId,
    serviceDir: serviceDir ?? join(projectRoot, 'service'),
    logDir: join(runDir, artefacts.logs),
    ...(sqlAfterMigration === undefined ? {} : { sqlAfterMigration }),
  });
  await writeJson(join(runDir, artefacts.stack), await describeStack(stack, plan.runId));
  await writeJson(join(runDir, artefacts.dataset), dataset);
  const own = await mkdtemp(join(workDir, 'run-'));
  await chmod(own, 0o755);
  return { dataset, adminKey, workDir: own };
}

/**
 * The load with its faults, then the ledger. Ends early, and without a ledger, when it is aborted, or when what it sees cannot be
 * written. A ledger that cannot be read (a server is gone) is no end of the run: what is missing makes it invalid.
 */
async function executeAndSettle({ supervisor, stack, tools }: WarmStack, { plan, signal, onBus, report, blastRadius = defaultBlastRadius }: RunOptions, runDir: string, prepared: Prepared): Promise<void> {
  const bus = new Bus();
  const unwritable = new AbortController();
  using _record = recordBus(bus, runDir, plan.runId, (error) => {
    report(`the run ends here, for its folder cannot be written: ${error.message}`);
    unwritable.abort(error);
  });
  using _live = onBus?.(bus);
  await execute({ ...prepared, supervisor, stack, plan, bus, tools, blastRadius, runDir, signal: AbortSignal.any([signal, unwritable.signal]) });
  if (signal.aborted || unwritable.signal.aborted) return;
  const settled = compareSettings(stack, join(runDir, artefacts.stack)).then(() => exportLedger({ stack, dataset: prepared.dataset, runDir, runId: plan.runId }));
  await settled.catch((error: Error) => {
    report(`the ledger could not be read to its end: ${error.message}`);
    bus.emit('timeline', { tMs: Date.now(), event: 'note', text: `the ledger could not be read to its end: ${error.message}` });
  });
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
