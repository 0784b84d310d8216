import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Type from 'typebox';
import { untilSeen } from '../../drivers/deadline.ts';
import { MARK } from '../../drivers/marked.ts';
import { setUpstream, upstreamOf } from '../../drivers/toxiproxy.ts';
import { failedCalls } from '../../signs.ts';
import type { FaultWorld } from '../../world.ts';
import { faultKind } from '../fault.ts';
import { COMMITTED_UNANSWERED, writeCanary } from './write-canary.ts';

const params = Type.Object(
  { everyNth: Type.Integer({ minimum: 1, maximum: 20, default: 5, description: "Of the buyers' statements that write (place in the queue, reservation, charge, payment) every n-th loses its answer." }) },
  { additionalProperties: false },
);

/** What buyers write, by the names under which the service prepares its statements; each is a transaction of its own. */
const writing = ['enter-queue', 'reserve-seat', 'begin-charge', 'settle-charge', 'pay-points', 'begin-card-payment', 'settle-card-payment'];
const script = fileURLToPath(import.meta.resolve('../../drivers/lost-commits.ts'));
const RELAY_WITHIN_MS = 5000;

/** The server has committed and the service never hears of it: the connection is cut between the commit and its answer. */
export const commitLost = faultKind({
  kind: 'commit-lost',
  family: 'postgres',
  summary: 'the connection is cut after the server has committed and before the answer is there, for every n-th statement that writes',
  targets: ['postgres'],
  reroutes: true,
  promise: 'every n-th write is cut off without an answer and is committed all the same',
  params,
  shows: 'partly',
  verifyWithinMs: 10_000,
  undo: async (fault, world) => {
    const proxy = world.proxyOf(fault.target).name;
    return [
      { kind: 'processes-end', mark: markOf(fault, world.workDir) },
      { kind: 'toxiproxy-upstream', api: world.toxiproxyApi, proxy, upstream: await upstreamOf(world.toxiproxyApi, proxy) },
    ];
  },
  async apply(fault, world) {
    const proxy = world.proxyOf(fault.target).name;
    const port = await startRelay(fault, world, await upstreamOf(world.toxiproxyApi, proxy));
    await setUpstream(world.toxiproxyApi, proxy, `127.0.0.1:${port}`);
  },
  canary: (_fault, world) => writeCanary(world.addresses),
  holds: (probe) => probe.detail === COMMITTED_UNANSWERED,
  sign: (fault, world) => failedCalls(world, fault.target),
});

/** No other run on this machine has the same folder. */
const markOf = (fault: { readonly id: string }, workDir: string): string => `${workDir} ${fault.id}`;

/** Resolves with its port when it listens. */
async function startRelay(fault: { readonly id: string; readonly params: { readonly everyNth: number } }, { processes, workDir }: FaultWorld, upstream: string): Promise<string> {
  const name = `relay-${fault.id}`;
  const portFile = join(workDir, `${name}.port`);
  await processes.run({ name, command: process.execPath, args: [script, upstream, String(fault.params.everyNth), portFile, ...writing], env: { [MARK]: markOf(fault, workDir) } });
  await processes.expectEnd(name);
  const what = `the port of the relay in front of PostgreSQL (see the log of ${name})`;
  return untilSeen({ what, withinMs: RELAY_WITHIN_MS, pauseMs: 20 }, async () => (await readFile(portFile, 'utf8').catch(() => '')) || undefined);
}
