import Type from 'typebox';
import { directionOf, streamsOf } from './direction.ts';
import { wasCut } from './looks.ts';
import { failing } from './signs.ts';
import { toxicKind } from './toxic-kind.ts';

const params = Type.Object(
  { direction: directionOf(['up', 'down'], 'down', 'up: cut when a request is on its way, which is lost; down: cut when the answer is, and the target has done what it was asked for.') },
  { additionalProperties: false },
);

/**
 * Connections are cut in mid-exchange. The first bytes that come set it off: what is idle stays open until then. New
 * connections get a RST; those that were open before get a FIN, for so is Toxiproxy.
 */
export const reset = toxicKind({
  kind: 'reset',
  summary: 'every connection is cut as soon as something is sent on it: RST on new ones, FIN on those that were open before',
  promise: 'connecting works and the connection is cut instead of an answer',
  params,
  toxics: ({ direction }) => streamsOf(direction).map((stream) => ({ type: 'reset_peer', stream, attributes: { timeout: 0 } })),
  holds: (probe, { target }) => wasCut(probe, target),
  sign: (fault, world) => failing(world, fault.target),
});
