import Type from 'typebox';
import { streamsOf } from './direction.ts';
import { LONGEST_CALL_MS, wasSlow } from './looks.ts';
import { slow } from './signs.ts';
import { networkTargets, PAYLOAD_BYTES, toxicKind } from './toxic-kind.ts';

const params = Type.Object(
  {
    averageSizeBytes: Type.Integer({ minimum: 2, maximum: 16, default: 8, description: 'Length of a piece, bytes. Messages of this service are small: longer pieces would leave many of them whole.' }),
    sizeVariationPercent: Type.Integer({ minimum: 0, maximum: 50, default: 25, description: 'By how much of that a piece may be longer or shorter, %. Drawn by Toxiproxy itself, so it is not seeded: two runs differ.' }),
    delayUs: Type.Integer({ minimum: 10_000, maximum: 100_000, default: 10_000, description: 'From one piece to the next, µs.' }),
  },
  { additionalProperties: false },
);

/** A call of the service or its answer is at least as long as that. */
const CALL_BYTES = 60;

const variationBytes = (averageSizeBytes: number, percent: number): number => Math.floor((averageSizeBytes * percent) / 100);

/** Messages come in little pieces with pauses between them. */
export const slice = toxicKind({
  kind: 'slice',
  summary: 'what is sent either way comes in small pieces with pauses: readers must put them together, and wait',
  // Not the api: its users may be slower than this by themselves.
  targets: networkTargets.filter((target) => target !== 'api'),
  promise: `a question of ${PAYLOAD_BYTES} bytes takes as long as the pauses between its pieces`,
  params,
  toxics: ({ averageSizeBytes, sizeVariationPercent, delayUs }) =>
    streamsOf('both').map((stream) => ({ type: 'slicer', stream, attributes: { average_size: averageSizeBytes, size_variation: variationBytes(averageSizeBytes, sizeVariationPercent), delay: delayUs } })),
  canary: (fault, world) => world.canary(fault.target, PAYLOAD_BYTES),
  holds: (probe, { target, params: given }) => wasSlow(probe, target, pausesMs(PAYLOAD_BYTES, given)),
  sign: ({ target, params: given }, world) => slow(world, target, Math.min(pausesMs(CALL_BYTES, given), LONGEST_CALL_MS / 2)),
});

/** Pauses within a message, if all its pieces are as long as they may be. */
function pausesMs(bytes: number, { averageSizeBytes, sizeVariationPercent, delayUs }: { readonly averageSizeBytes: number; readonly sizeVariationPercent: number; readonly delayUs: number }): number {
  const longest = averageSizeBytes + variationBytes(averageSizeBytes, sizeVariationPercent);
  return ((Math.ceil(bytes / longest) - 1) * delayUs) / 1000;
}
