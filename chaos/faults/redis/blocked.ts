import Type from 'typebox';
import { blockAgainAndAgain, withRedis } from '../../drivers/redis.ts';
import { canaryOf } from '../../drivers/canary.ts';
import { failedCalls } from '../../signs.ts';
import { faultKind } from '../fault.ts';

/** By this name the connection that blocks is found and cut. */
const BLOCKER = 'gatecrash-blocker';
const LOOK_TIMEOUT_MS = 300;
/** Answers faster than this are those of a server that does not work on a long script. */
const WAITED_MS = 20;

/** Redis works on a long script, one after the other, and answers nobody meanwhile: it does one thing at a time. */
export const blocked = faultKind({
  kind: 'blocked',
  family: 'redis',
  summary: 'long scripts keep Redis busy one after the other; whoever asks waits for the end of one',
  targets: ['redis'],
  promise: 'a PING waits, most of them until the deadline',
  params: Type.Object(
    { scriptMs: Type.Integer({ description: 'about how long each script lasts; one that is being worked on when everybody who could end it is killed ends after that', minimum: 100, maximum: 3000, default: 900 }) },
    { additionalProperties: false },
  ),
  undo: (_fault, { addresses }) => [{ kind: 'redis-kill-client', url: addresses.redisDirect, client: BLOCKER }],
  apply: ({ params, durationMs }, { addresses }) => blockAgainAndAgain(addresses.redisDirect, BLOCKER, params.scriptMs, durationMs),
  canary: ({ target }, world) => {
    const url = `redis://127.0.0.1:${world.proxyOf(target).port}`;
    return canaryOf(() => withRedis(url, LOOK_TIMEOUT_MS, async (client) => void (await client.ping())));
  },
  holds: (probe) => probe.latencyMs >= WAITED_MS,
  sign: (fault, world) => failedCalls(world, fault.target),
});
