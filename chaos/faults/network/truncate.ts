import Type from 'typebox';
import { directionOf, streamsOf } from './direction.ts';
import { wasCut } from './looks.ts';
import { failing } from './signs.ts';
import { PAYLOAD_BYTES, toxicKind } from './toxic-kind.ts';

const params = Type.Object(
  {
    bytes: Type.Integer({ minimum: 1, maximum: 100, default: 50, description: 'A connection is cut when it has carried so many bytes in that direction; those that are open already count from the beginning of the fault.' }),
    direction: directionOf(['up', 'down'], 'down', 'up: requests are cut in the middle; down: answers are.'),
  },
  { additionalProperties: false },
);

/** Answers (or requests) that break off in the middle. */
export const truncate = toxicKind({
  kind: 'truncate',
  summary: 'every connection breaks off after some bytes, in the middle of an answer or of a request',
  promise: 'connecting works and the connection is cut before the answer is whole',
  params,
  toxics: ({ bytes, direction }) => streamsOf(direction).map((stream) => ({ type: 'limit_data', stream, attributes: { bytes } })),
  canary: (fault, world) => world.canary(fault.target, PAYLOAD_BYTES),
  holds: (probe, { target }) => wasCut(probe, target),
  sign: (fault, world) => failing(world, fault.target),
});
