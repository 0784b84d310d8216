import { expect, test } from 'vitest';
import { wholeFrames } from '../../../service/clients/kafka-frames.ts';

const frame = (...bytes: number[]): Buffer => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), Buffer.from(bytes)]);
const all = Buffer.concat([frame(1, 2, 3), frame(), frame(4), frame(5, 6, 7, 8, 9)]);

test('however the bytes are cut up, whole frames come out, each byte once and in order', () => {
  for (let pieceBytes = 1; pieceBytes <= all.length; pieceBytes++) {
    const got: Buffer[] = [];
    const take = wholeFrames((frames) => got.push(frames));
    for (let at = 0; at < all.length; at += pieceBytes) take(all.subarray(at, at + pieceBytes));
    expect(Buffer.concat(got)).toEqual(all);
    for (const frames of got) expect(isWhole(frames), `pieces of ${pieceBytes}`).toBe(true);
  }
});

test('the beginning of a frame is passed to nobody', () => {
  const got: Buffer[] = [];
  const take = wholeFrames((frames) => got.push(frames));
  take(Buffer.concat([frame(1), frame(2, 3, 4).subarray(0, 6)]));
  expect(got).toEqual([frame(1)]);
});

function isWhole(bytes: Buffer): boolean {
  let at = 0;
  while (at + 4 <= bytes.length) at += 4 + bytes.readInt32BE(at);
  return at === bytes.length;
}
