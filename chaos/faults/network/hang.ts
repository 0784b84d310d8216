import { orUsers } from '../../signs.ts';
import { noParams } from '../fault.ts';
import { gotNoAnswer } from './looks.ts';
import { failing } from './signs.ts';
import { toxicKind } from './toxic-kind.ts';

/**
 * A black hole: what is sent is dropped, on old connections and on new ones. Only connecting works, for it is the proxy
 * that accepts. What hung is cut when it is undone.
 */
export const hang = toxicKind({
  kind: 'hang',
  summary: 'the target can be connected to but never answers: a black hole in both directions, for pooled connections too',
  promise: 'connecting works and no answer comes',
  params: noParams,
  // A client of Kafka waits 5 s for an answer, a user as long.
  verifyWithinMs: 9000,
  toxics: () => [
    { type: 'timeout', stream: 'upstream', attributes: { timeout: 0 } },
    { type: 'timeout', stream: 'downstream', attributes: { timeout: 0 } },
  ],
  holds: (probe, { target }) => gotNoAnswer(probe, target),
  // A service without a time-out counts no failure.
  sign: (fault, world) => orUsers(world, failing(world, fault.target)),
});
