import { conductFaults } from '../../chaos/conduct.ts';
import type { Bus } from '../contracts/bus.ts';
import type { Plan } from '../contracts/plan.ts';
import type { DatasetFile } from '../contracts/stack.ts';
import { type Load, startLoad } from '../load/load.ts';
import { expectedMetrics } from '../metrics/measure/expectations.ts';
import { startResources } from '../metrics/resources.ts';
import { projectRoot } from '../root.ts';
import type { Tools } from '../setup/tools.ts';
import type { Stack } from '../stack/api.ts';
import type { Supervisor } from '../supervisor/api.ts';
import { waitForDrain } from '../targets/ticketing/drain.ts';
import { watchAbort } from './abort-when.ts';
import { assertHosts, type BlastRadius } from './blast-radius.ts';
import { startProbing } from './probing.ts';
import { faultWorld } from './world.ts';

export interface ExecuteDeps {
  readonly plan: Plan;
  readonly stack: Stack;
  readonly dataset: DatasetFile;
  readonly supervisor: Supervisor;
  readonly bus: Bus;
  readonly tools: Tools;
  readonly adminKey: string;
  readonly blastRadius: BlastRadius;
  readonly runDir: string;
  /** Short-lived files of this run; the supervisor removes it. */
  readonly workDir: string;
  /** Aborted by Ctrl-C: load and faults end at once. */
  readonly signal: AbortSignal;
}

/** Drives the load through its phases, breaks things on schedule, and watches; everything it sees goes to the bus. */
export async function execute(deps: ExecuteDeps): Promise<void> {
  const { plan, stack, dataset, supervisor, bus, signal } = deps;
  using world = faultWorld(deps);
  assertHosts(world.addresses, deps.blastRadius);
  using _processes = reportProcesses(supervisor, bus);
  using _probing = startProbing({ bus, apiUrl: stack.urls.api, faults: plan.faults, world });
  let load: Load | undefined;
  using _resources = startResources({ bus, stack, supervisor, generators: () => load?.generators ?? [], alsoWatched: expectedMetrics(plan) });
  load = await startLoad({ plan, apiUrl: stack.urls.api, supervisor, k6Path: deps.tools.k6, projectDir: projectRoot, runDir: deps.runDir, workDir: deps.workDir, bus });
  const over = new AbortController();
  using _abort = watchAbortOf(plan, bus, (why) => {
    bus.emit('timeline', { tMs: Date.now(), event: 'abort', why });
    over.abort(); // Every fault is undone at once.
    void load.stop();
  });
  const stop = (): void => void load.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const faults = load.started.then((startMs) =>
    startMs === null
      ? undefined // It never began: there is nothing to break.
      : conductFaults(plan.faults, startMs, {
          bus,
          world,
          recordUndo: (record) => supervisor.recordUndo(record),
          forgetUndo: (id) => supervisor.forgetUndo(id),
          signal: AbortSignal.any([signal, over.signal]),
        }),
  );
  faults.catch(() => undefined); // Its failure is thrown below, when the load has ended.
  try {
    await load.done;
  } finally {
    over.abort(); // A load that ended early ends its faults, too.
    signal.removeEventListener('abort', stop);
    await faults;
  }
  if (signal.aborted) return;
  const { drained, detail } = await waitForDrain({ stack, dataset, deadlineMs: plan.load.drainMs });
  bus.emit('timeline', { tMs: Date.now(), event: 'drain-end', drained, detail });
}

function watchAbortOf({ abortWhen }: Plan, bus: Bus, abort: (why: string) => void): Disposable | null {
  return abortWhen === null ? null : watchAbort(bus, abortWhen, abort);
}

/** Ends and restarts of processes go on the timeline; those of the generators are told by the load driver. */
function reportProcesses(supervisor: Supervisor, bus: Bus): Disposable {
  const offRestart = supervisor.onRestart(({ handle, tMs }) => bus.emit('timeline', { tMs, event: 'process-start', process: handle.name, pid: handle.pid }));
  const offExit = supervisor.onExit(({ process: name, pid, code, signal, planned, tMs }) => {
    if (name.startsWith('k6-')) return;
    bus.emit('timeline', { tMs, event: 'process-exit', process: name, pid, code, planned, ...(signal === null ? {} : { signal }) });
  });
  return {
    [Symbol.dispose]: () => {
      offRestart();
      offExit();
    },
  };
}
