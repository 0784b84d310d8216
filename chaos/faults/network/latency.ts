import Type from 'typebox';
import { directionOf, streamsOf } from './direction.ts';
import { LONGEST_CALL_MS, wasSlow } from './looks.ts';
import { slow } from './signs.ts';
import { toxicKind } from './toxic-kind.ts';

const params = Type.Object(
  {
    latencyMs: Type.Integer({ minimum: 50, maximum: 10_000, default: 100, description: 'Added to each chunk of bytes in each direction that is delayed, ms.' }),
    jitterPercent: Type.Integer({ minimum: 0, maximum: 50, default: 0, description: "Each chunk is early or late by up to so much of latencyMs, %. Drawn by Toxiproxy itself, so it is not seeded: two runs differ." }),
    direction: directionOf(['up', 'down', 'both'], 'down', 'What is delayed: what goes up to the target, what comes down from it, or both (twice the delay in all).'),
  },
  { additionalProperties: false },
);

/** The target answers late. */
export const latency = toxicKind({
  kind: 'latency',
  summary: 'what goes to the target or comes from it is delayed, with jitter as wanted',
  promise: 'an answer takes latencyMs at least, less the jitter',
  params,
  toxics: ({ latencyMs, jitterPercent, direction }) =>
    streamsOf(direction).map((stream) => ({ type: 'latency', stream, attributes: { latency: latencyMs, jitter: Math.round((latencyMs * jitterPercent) / 100) } })),
  holds: (probe, { target, params: { latencyMs, jitterPercent } }) => wasSlow(probe, target, latencyMs * (1 - jitterPercent / 100)),
  // Of a mean half of it, for some calls that are counted were under way before; users have a median, and are slower by themselves.
  sign: ({ target, params: { latencyMs, jitterPercent } }, world) => slow(world, target, target === 'api' ? latencyMs * (1 - jitterPercent / 100) : Math.min(latencyMs, LONGEST_CALL_MS) / 2),
});
