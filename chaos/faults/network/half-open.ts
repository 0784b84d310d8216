import Type from 'typebox';
import { orUsers } from '../../signs.ts';
import { directionOf, streamsOf } from './direction.ts';
import { gotNoAnswer, wasCut } from './looks.ts';
import { failing } from './signs.ts';
import { toxicKind } from './toxic-kind.ts';

const params = Type.Object(
  { direction: directionOf(['up', 'down'], 'down', 'What vanishes. up: requests, the target never hears of them; down: answers, the target has done what it was asked for.') },
  { additionalProperties: false },
);

/** One direction is a black hole and the other works. */
export const halfOpen = toxicKind({
  kind: 'half-open',
  summary: 'one direction is a black hole: either requests or answers vanish, on old and new connections',
  promise: 'connecting works and no answer comes',
  params,
  // A client of Kafka waits 5 s for an answer, a user as long.
  verifyWithinMs: 9000,
  toxics: ({ direction }) => streamsOf(direction).map((stream) => ({ type: 'timeout', stream, attributes: { timeout: 0 } })),
  // When the target ends a connection after its answer, that end comes through, and the answer does not.
  holds: (probe, { target }) => gotNoAnswer(probe, target) || wasCut(probe, target),
  // A service without a time-out counts no failure.
  sign: (fault, world) => orUsers(world, failing(world, fault.target)),
});
