import Type from 'typebox';
import { streamsOf } from './direction.ts';
import { wasSlow } from './looks.ts';
import { slow } from './signs.ts';
import { networkTargets, PAYLOAD_BYTES, toxicKind } from './toxic-kind.ts';

const params = Type.Object(
  { rateKbPerSecond: Type.Integer({ minimum: 1, maximum: 5, default: 2, description: 'What a connection carries in each direction, 1000 bytes a second. It is a rate of each connection, not of all together: above 5 the small messages of this service do not feel it.' }) },
  { additionalProperties: false },
);

/** A call of the service and its answer are longer than that on the mean. */
const CALL_BYTES = 100;

/** The line is thin. */
export const bandwidth = toxicKind({
  kind: 'bandwidth',
  summary: 'each connection to the target carries only so many bytes a second, both ways',
  // Not postgres: Toxiproxy does not get rid of what waits for connections that their clients gave up, and then of no toxic. Not the api: its users are slower than this by themselves.
  targets: networkTargets.filter((target) => target !== 'postgres' && target !== 'api'),
  promise: `a question of ${PAYLOAD_BYTES} bytes takes as long as they need at this rate`,
  params,
  toxics: ({ rateKbPerSecond }) => streamsOf('both').map((stream) => ({ type: 'bandwidth', stream, attributes: { rate: rateKbPerSecond } })),
  canary: (fault, world) => world.canary(fault.target, PAYLOAD_BYTES),
  // Toxiproxy gives the first bytes some ms early.
  holds: (probe, { target, params: { rateKbPerSecond } }) => wasSlow(probe, target, (0.9 * PAYLOAD_BYTES) / rateKbPerSecond),
  sign: ({ target, params: { rateKbPerSecond } }, world) => slow(world, target, CALL_BYTES / rateKbPerSecond),
});
