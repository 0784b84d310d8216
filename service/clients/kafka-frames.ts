const LENGTH_BYTES = 4;

/**
 * Takes the bytes of a connection to a broker as they come and passes on whole answers only: each has its length in front
 * (Kafka protocol guide, "Common Request and Response Structure"). kafkajs 2.2.4 keeps the beginning of an answer when
 * its connection breaks, takes the first bytes of the next connection for its rest, and throws where nobody can catch it.
 */
export function wholeFrames(pass: (frames: Buffer) => void): (chunk: Buffer) => void {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let neededBytes = LENGTH_BYTES;
  return (chunk) => {
    rest.push(chunk);
    restBytes += chunk.length;
    if (restBytes < neededBytes) return;
    const bytes = rest.length === 1 ? chunk : Buffer.concat(rest);
    const end = endOfFrames(bytes);
    const partial = bytes.subarray(end);
    rest = partial.length > 0 ? [partial] : [];
    restBytes = partial.length;
    neededBytes = partial.length < LENGTH_BYTES ? LENGTH_BYTES : LENGTH_BYTES + partial.readUInt32BE(0);
    if (end > 0) pass(bytes.subarray(0, end));
  };
}

/** Where the last whole frame ends. */
function endOfFrames(bytes: Buffer): number {
  let end = 0;
  while (bytes.length >= end + LENGTH_BYTES) {
    const next = end + LENGTH_BYTES + bytes.readUInt32BE(end);
    if (next > bytes.length) break;
    end = next;
  }
  return end;
}
