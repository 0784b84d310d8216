import Type from 'typebox';
import type { UndoAction } from '../../../harness/contracts/fault.ts';
import { canaryOf } from '../../drivers/canary.ts';
import { markOf } from '../../drivers/disruptor.ts';
import { upstreamOf } from '../../drivers/toxiproxy.ts';
import type { Canary, FaultWorld } from '../../world.ts';
import type { MachineNeed, StackNeed } from '../fault.ts';

const DEADLINE_MS = 2000;

/** What both kinds need, and how both are undone. */
export const machineNeeds: readonly MachineNeed[] = ['root', 'network-namespace'];
export const stackNeeds: readonly StackNeed[] = ['disruptor'];

export const pathParam = (byDefault: string) => Type.String({ pattern: '^/[A-Za-z0-9/_.-]*$', default: byDefault, description: 'Only requests whose path begins so; "/" is all of them.' });

/** First the users' way is what it was, then what was on it ends. */
export async function undoOf(fault: { readonly id: string }, world: FaultWorld): Promise<readonly UndoAction[]> {
  const { name: proxy } = world.proxyOf('api');
  const upstream = await upstreamOf(world.toxiproxyApi, proxy);
  return [
    { kind: 'processes-end', mark: markOf(world, fault) },
    { kind: 'toxiproxy-upstream', api: world.toxiproxyApi, proxy, upstream },
  ];
}

/** Asks for the path, with no effect on anything, over the way that users take; `judge` throws when an answer is not as it should be. */
export function pathCanary(world: FaultWorld, path: string, count: number, judge: (answers: readonly { readonly status: number; readonly text: string }[]) => string): Canary {
  const ask = async (): Promise<{ status: number; text: string }> => {
    const response = await fetch(new URL(path, world.addresses.api), { headers: { connection: 'close' }, signal: AbortSignal.timeout(DEADLINE_MS) });
    return { status: response.status, text: await response.text() };
  };
  return canaryOf(async () => judge(await Promise.all(Array.from({ length: count }, ask))));
}
