import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { conductFaults } from '../../chaos/conduct.ts';
import type { FaultKind } from '../../chaos/faults/fault.ts';
import { faultKinds } from '../../chaos/faults/index.ts';
import { planFaults } from '../../chaos/timeline.ts';
import type { FaultWorld } from '../../chaos/world.ts';
import { Bus } from '../../harness/contracts/bus.ts';
import type { FaultSpec } from '../../harness/contracts/experiment.ts';
import { defaultTopology, type Topology } from '../../harness/contracts/plan.ts';
import type { TimelineEvent } from '../../harness/contracts/timeline.ts';
import { loadSettings } from '../../harness/plan/plan.ts';
import { projectRoot } from '../../harness/root.ts';
import { startProbing } from '../../harness/run/probing.ts';
import { ownWorkDir } from '../../harness/run/work-dir.ts';
import { faultWorld, newAdminKey } from '../../harness/run/world.ts';
import { ensureTools, extraToolsOf } from '../../harness/setup/tools.ts';
import { startNativeStack } from '../../harness/stack/native/start.ts';
import type { Stack } from '../../harness/stack/api.ts';
import { startSupervisor } from '../../harness/supervisor/client.ts';
import type { Supervisor } from '../../harness/supervisor/api.ts';
import { prepareTicketing } from '../../harness/targets/ticketing/prepare.ts';
import { startTraffic } from './traffic.ts';

/** A stack with the service and a few users on it, on which faults are played one after the other. */
export interface FaultStage extends AsyncDisposable {
  readonly stack: Stack;
  readonly supervisor: Supervisor;
  readonly world: FaultWorld;
  /** Plays one fault as the harness does and gives its part of the timeline: edges, looks, signs, ends and starts of processes. */
  play(spec: PlayedSpec): Promise<TimelineEvent[]>;
  /** Plays faults at the same time, and of each everything but the fault itself: none may be verified. Gives the timeline of each. */
  playIdle(specs: readonly PlayedSpec[]): Promise<TimelineEvent[][]>;
}

export type PlayedSpec = Pick<FaultSpec, 'kind' | 'target'> & Partial<FaultSpec>;

export interface StageOptions {
  readonly topology?: Partial<Topology>;
  readonly settings?: Readonly<Record<string, string>>;
  readonly pay?: 'POINT' | 'CARD';
  readonly perSecond?: number;
  report?(line: string): void;
}

export async function startFaultStage({ topology, settings, pay = 'POINT', perSecond = 10, report = () => {} }: StageOptions = {}): Promise<FaultStage> {
  await using undo = new AsyncDisposableStack();
  const tools = await ensureTools(report, extraToolsOf({ ...defaultTopology, ...topology }));
  const supervisor = undo.use(await startSupervisor());
  const workDir = await ownWorkDir(supervisor);
  const runDir = join(workDir, 'run');
  await mkdir(join(runDir, 'logs'), { recursive: true });
  const stack = await startNativeStack({ supervisor, tools, workDir, logDir: join(runDir, 'logs'), report, topology: { ...defaultTopology, ...topology } });
  const adminKey = newAdminKey();
  const dataset = await prepareTicketing({
    stack,
    dataset: { schedules: 4, seatsPerSchedule: 2000, priceKrw: 50_000 },
    settings: { ...loadSettings, QUEUE_ACTIVE_CAP: '2000', QUEUE_ADMISSION_PER_SECOND: '200', ADMIN_KEY: adminKey, ...settings },
    runId: `stage-${process.pid}`,
    serviceDir: join(projectRoot, 'service'),
  });
  const bus = new Bus();
  const events: TimelineEvent[] = [];
  bus.on('timeline', (event) => events.push(event));
  supervisor.onExit(({ process: name, pid, code, signal, planned, tMs }) => bus.emit('timeline', { tMs, event: 'process-exit', process: name, pid, code, planned, ...(signal === null ? {} : { signal }) }));
  supervisor.onRestart(({ handle, tMs }) => bus.emit('timeline', { tMs, event: 'process-start', process: handle.name, pid: handle.pid }));
  const world = undo.use(faultWorld({ stack, dataset, supervisor, tools, bus, adminKey, runDir, workDir }));
  undo.use(startTraffic(bus, stack.urls.api, { schedules: 4, pay, perSecond }));
  const built = undo.move();
  const conduct = async (specs: readonly FaultSpec[], kinds: ReadonlyMap<string, FaultKind>): Promise<TimelineEvent[]> => {
    const faults = planFaults({ faults: [...specs], recoverWithin: '60s' }, 1);
    const from = events.length;
    using _probing = startProbing({ bus, apiUrl: stack.urls.api, faults, world });
    const startMs = Date.now() + 1500; // Looks from before the fault.
    await conductFaults(faults, startMs, { bus, world, recordUndo: (record) => supervisor.recordUndo(record), forgetUndo: (id) => supervisor.forgetUndo(id), signal: new AbortController().signal, kinds });
    return events.slice(from);
  };
  return {
    stack,
    supervisor,
    world,
    play: (spec) => conduct([{ id: spec.kind, at: '0s', duration: '4s', ...spec }], faultKinds),
    async playIdle(specs) {
      const named = specs.map((spec, index) => ({ ...spec, id: `idle-${index}`, at: '0s', duration: '3s' }));
      const seen = await conduct(named, idleKinds);
      return named.map(({ id }) => seen.filter((event) => 'fault' in event && event.fault === id));
    },
    [Symbol.asyncDispose]: () => built.disposeAsync(),
  };
}

/** The kinds as they are, but for what they do. */
const idleKinds: ReadonlyMap<string, FaultKind> = new Map([...faultKinds].map(([name, kind]) => [name, { ...kind, apply: async () => undefined }]));

/** The edges of a fault as words, e.g. ["apply", "verified", "undo", "gone"]. */
export const edgesOf = (events: readonly TimelineEvent[]): string[] => events.flatMap(({ event }) => (event.startsWith('fault-') && event !== 'fault-step' ? [event.slice('fault-'.length)] : []));
