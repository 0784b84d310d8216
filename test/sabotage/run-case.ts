import { setTimeout as sleep } from 'node:timers/promises';
import { runPartOn } from '../../harness/campaign/run-part.ts';
import type { Stacks } from '../../harness/campaign/stacks.ts';
import type { Bus } from '../../harness/contracts/bus.ts';
import type { Plan } from '../../harness/contracts/plan.ts';
import { defaultBlastRadius } from '../../harness/run/blast-radius.ts';
import { runDirOf } from '../../harness/run/record.ts';
import type { WarmStack } from '../../harness/run/warm-stack.ts';
import type { SabotagedRun, Scene } from './case.ts';
import { outcomeOf, type Outcome } from './outcome.ts';

const MEANWHILE_MS = 4000;

export interface RunCaseOptions {
  readonly stacks: Stacks;
  /** Parent of the run folders. */
  readonly outDir: string;
  readonly signal: AbortSignal;
  /** One line of progress for people. */
  report(line: string): void;
}

export interface CaseResult {
  readonly outcome: Outcome;
  readonly runDir: string;
}

/** One run, sabotaged, to its verdict. Throws what the harness, or the saboteur, failed with. */
export async function runCase({ plan: change, options = {}, before, during, meanwhile, disk, endsServer }: SabotagedRun, healthy: Plan, { stacks, outDir, signal, report }: RunCaseOptions): Promise<CaseResult> {
  const plan = change?.(healthy) ?? healthy;
  const taken = await stacks.take(plan);
  const { warm } = taken;
  using small = disk?.();
  const out = small?.outDir ?? outDir;
  const runDir = runDirOf({ outDir: out, plan });
  await using _right = await before?.(warm);
  const acts: Promise<unknown>[] = [];
  const others: Outcome[] = [];
  const act = (scene: Scene): void => {
    during?.(scene);
    if (meanwhile) scene.after('load-start', MEANWHILE_MS, async () => others.push(await meanwhile(scene)));
  };
  const onBus = (bus: Bus): Disposable => watch(bus, { plan, runDir, stack: warm.stack }, act, acts);
  const { verdict } = await runPartOn(taken, plan, { ...options, stacks, outDir: out, signal, blastRadius: defaultBlastRadius, report, onBus });
  if (endsServer) stacks.spoil('a server of it was ended');
  await Promise.all(acts);
  const [other] = others;
  return { outcome: other && verdict.verdict === 'PASS' ? other : outcomeOf(verdict, runDir), runDir };
}

/** Lets the case see the events of its run. What it has not come to do when the run is over was no sabotage, and is an error. */
function watch(bus: Bus, scene: Pick<Scene, 'plan' | 'runDir'> & Pick<WarmStack, 'stack'>, act: (scene: Scene) => void, acts: Promise<unknown>[]): Disposable {
  const over = new AbortController();
  act({
    ...scene,
    after(event, ms, action) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      bus.on('timeline', (seen) => {
        if (seen.event === event) resolve();
      });
      over.signal.addEventListener('abort', () => reject(new Error(`there was no ${event}`)));
      const acted = promise.then(() => (ms > 0 ? sleep(ms, undefined, { signal: over.signal }) : undefined)).then(action);
      acted.catch(() => undefined); // Told when the run is over.
      acts.push(acted);
    },
  });
  return { [Symbol.dispose]: () => over.abort(new Error('the run was over before')) };
}
