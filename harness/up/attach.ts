import { dirname, join } from 'node:path';
import { isAlive } from '../../chaos/drivers/proc.ts';
import { UsageError } from '../contracts/fail.ts';
import type { Plan } from '../contracts/plan.ts';
import { inspectScript } from '../load/inspect.ts';
import { projectRoot } from '../root.ts';
import { unlessAborted } from '../run/unless-aborted.ts';
import { lossOf, type WarmStack, type WarmStackOptions } from '../run/warm-stack.ts';
import { ownWorkDir } from '../run/work-dir.ts';
import { NativeStack } from '../stack/native/native-stack.ts';
import { connectSupervisor, startSupervisor } from '../supervisor/client.ts';
import { attachedSupervisor } from './attached-supervisor.ts';
import { handlesOf } from './look.ts';
import { readUpFile, type UpFile } from './up-file.ts';

/**
 * The stack that `up` has left running, for a run. The run has a supervisor of its own, which undoes its faults and ends
 * its load whatever happens; the servers stay. Disposing it gives the service back the opening that `up` had made.
 * A UsageError when nothing is up, or when what is up is not what the plan needs.
 */
export async function attachToUp({ plan, tools, logDir, signal }: WarmStackOptions): Promise<WarmStack> {
  const up = await readUpFile();
  if (up === undefined || !isAlive(up.supervisor)) throw new UsageError([{ message: 'no stack is up', fix: '"npx gatecrash up" starts one; without --stack up the run has a stack of its own' }]);
  assertFits(up, plan);
  await using undo = new AsyncDisposableStack();
  const own = undo.use(await startSupervisor());
  const ofStack = await connectSupervisor(up.supervisor);
  undo.defer(() => ofStack.close());
  const supervisor = attachedSupervisor(own, ofStack, up.supervisor);
  const lost = lossOf(supervisor);

  const workDir = await ownWorkDir(own);
  await unlessAborted(inspectScript({ plan, supervisor: own, k6Path: tools.k6, projectDir: projectRoot, workDir }), signal, 0);

  await ofStack.remember();
  await own.recordUndo({ id: 'the service of the stack', kind: 'processes-restore', supervisor: up.supervisor });
  undo.defer(async () => {
    await ofStack.restore();
    await own.forgetUndo('the service of the stack');
  });
  const handles = handlesOf(up);
  const components = new Map(up.components.map(({ healthUrl: _unused, ...component }) => [component.name, { ...component, ...(handles.has(component.name) && { handle: handles.get(component.name)! }) }]));
  const context = { supervisor: ofStack, tools, dataDir: join(dirname(up.logDir), 'stack'), logDir: up.logDir, topology: { ...plan.stack, restart: true } };
  const stack = new NativeStack(context, up.layout, components, (component) => components.set(component.name, component));
  const ends = undo.move();
  return { supervisor, tools, stack, topology: plan.stack, workDir, logDir, lost, [Symbol.asyncDispose]: () => ends.disposeAsync() };
}

function assertFits(up: UpFile, { stack, experiment }: Plan): void {
  if (up.replicas !== stack.replicas) throw new UsageError([{ file: experiment.file, key: 'stack.replicas', message: `the experiment is for ${stack.replicas}, what is up has ${up.replicas}`, fix: `npx gatecrash down, then up --replicas ${stack.replicas}` }]);
  if (stack.extras.length > 0) throw new UsageError([{ file: experiment.file, key: 'faults', message: `they need a stack that was started with ${stack.extras.join(', ')}`, fix: 'run it without --stack up: it then has a stack of its own' }]);
}
