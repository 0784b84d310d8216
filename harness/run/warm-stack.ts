import type { Plan, Topology } from '../contracts/plan.ts';
import { inspectScript } from '../load/inspect.ts';
import { projectRoot } from '../root.ts';
import type { Tools } from '../setup/tools.ts';
import type { Stack } from '../stack/api.ts';
import { startNativeStack } from '../stack/native/start.ts';
import type { Supervisor } from '../supervisor/api.ts';
import { startSupervisor } from '../supervisor/client.ts';
import { unlessAborted } from './unless-aborted.ts';
import { ownWorkDir } from './work-dir.ts';

/** Servers that are up, with the supervisor that holds them: for one run, or for many one after the other. Disposing it ends everything. */
export interface WarmStack extends AsyncDisposable {
  readonly supervisor: Supervisor;
  readonly tools: Tools;
  readonly stack: Stack;
  readonly topology: Topology;
  /** Short-lived files; the supervisor removes it. */
  readonly workDir: string;
  /** Logs of the servers. */
  readonly logDir: string;
  /** Never resolves; rejects when the supervisor is gone without having been asked. */
  readonly lost: Promise<never>;
}

export interface WarmStackOptions {
  /** The run it is started for: its script is read by k6 first, its topology is the stack's. */
  readonly plan: Plan;
  readonly tools: Tools;
  /** Existing folder for the logs of the servers. */
  readonly logDir: string;
  readonly signal: AbortSignal;
  /** One line of progress for people. */
  report(line: string): void;
}

/** Starts the servers of a stack under a supervisor of its own. When it fails, or is interrupted, everything is put away. */
export async function startWarmStack(options: WarmStackOptions): Promise<WarmStack> {
  await using undo = new AsyncDisposableStack();
  const supervisor = undo.use(await startSupervisor());
  const lost = lossOf(supervisor);
  const started = await Promise.race([unlessAborted(startServers(options, supervisor), options.signal, 0), lost]);
  const ends = undo.move();
  return { ...started, supervisor, tools: options.tools, topology: options.plan.stack, logDir: options.logDir, lost, [Symbol.asyncDispose]: () => ends.disposeAsync() };
}

async function startServers({ plan, tools, logDir, report }: WarmStackOptions, supervisor: Supervisor): Promise<Pick<WarmStack, 'stack' | 'workDir'>> {
  const workDir = await ownWorkDir(supervisor);
  await inspectScript({ plan, supervisor, k6Path: tools.k6, projectDir: projectRoot, workDir });
  return { stack: await startNativeStack({ supervisor, tools, workDir, logDir, report, topology: plan.stack }), workDir };
}

/** Never resolves; rejects when the supervisor is gone without having been asked. Whoever uses the stack listens; between two runs nobody does. */
export function lossOf(supervisor: Supervisor): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  supervisor.onLost(reject);
  return promise;
}
