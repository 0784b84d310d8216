import { untilSeen } from '../../drivers/deadline.ts';
import { appendOnlyFolder, damage } from '../../drivers/redis-aof.ts';
import { failedCalls } from '../../signs.ts';
import { faultKind, noParams } from '../fault.ts';

const END_WITHIN_MS = 5000;
const LOOK_MS = 20;

/** Redis dies, its append-only file is damaged in the middle, and it is started on that: it refuses until the file is repaired. */
export const aofCorrupt = faultKind({
  kind: 'aof-corrupt',
  family: 'redis',
  summary: 'Redis dies and does not come up again: its append-only file is damaged in the middle; the undo cuts the file there and starts it',
  targets: ['redis'],
  promise: 'Redis does not come back from its damaged file until it is repaired',
  params: noParams,
  stackNeeds: ['append-only-file'],
  verifyWithinMs: 10_000,
  takesAway: ({ target }) => [target],
  // Replayed newest first: repaired, then started.
  async undo({ target }, { addresses }) {
    return [{ kind: 'process-start', name: target }, { kind: 'redis-aof-repair', folder: await appendOnlyFolder(addresses.redisDirect) }];
  },
  async apply({ target }, { processes, addresses }) {
    const folder = await appendOnlyFolder(addresses.redisDirect);
    await processes.signal(target, 'SIGKILL');
    await untilSeen({ what: `${target} gone`, withinMs: END_WITHIN_MS, pauseMs: LOOK_MS }, () => !processes.runs(target));
    await damage(folder);
    // It ends by itself, on what it reads.
    await processes.expectEnd(target);
    await processes.start(target);
    await untilSeen({ what: `${target} gone again (it does not mind the damage)`, withinMs: END_WITHIN_MS, pauseMs: LOOK_MS }, () => !processes.runs(target));
  },
  holds: (probe) => !probe.ok,
  sign: (fault, world) => failedCalls(world, fault.target),
});
