import { createHash } from 'node:crypto';

/**
 * One cached answer: its etag, the time from which it is to be renewed, and its JSON text. Redis keeps them as one value
 * of which the first two have fixed lengths, so that a read is one GET, cut in three, and nothing is parsed.
 */
export interface Entry {
  /** the JSON text */
  readonly text: Buffer;
  /** weak, for the text is also sent compressed; quoted, as the header has it */
  readonly etag: string;
  /** epoch ms */
  readonly renewAtMs: number;
}

const hashLength = 22;
const timeLength = 13;
const headLength = hashLength + timeLength;

/** An entry for this text. */
export function entryOf(text: string, renewAtMs: number): Entry {
  return { text: Buffer.from(text), etag: quoted(createHash('sha256').update(text).digest('base64url').slice(0, hashLength)), renewAtMs };
}

/** The value for Redis. */
export function encode({ text, etag, renewAtMs }: Entry): Buffer {
  return Buffer.concat([Buffer.from(etag.slice(3, -1) + String(Math.round(renewAtMs)).padStart(timeLength, '0'), 'latin1'), text]);
}

/** The entry in a value from Redis. */
export function decode(value: Buffer): Entry {
  return { text: value.subarray(headLength), etag: quoted(value.toString('latin1', 0, hashLength)), renewAtMs: Number(value.toString('latin1', hashLength, headLength)) };
}

const quoted = (hash: string): string => `W/"${hash}"`;
