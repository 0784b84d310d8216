import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const CHUNK_BYTES = 1 << 18;

/** The lines of a file in bounded memory, without their ends; `whole` is false for a last one that has none. Throws what opening or reading throws. */
export function* readLines(path: string): Generator<{ readonly line: string; readonly whole: boolean }> {
  const fd = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for (let bytes = readSync(fd, chunk); bytes > 0; bytes = readSync(fd, chunk)) {
      const parts = (rest + decoder.write(chunk.subarray(0, bytes))).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) yield { line, whole: true };
    }
    rest += decoder.end();
    if (rest !== '') yield { line: rest, whole: false };
  } finally {
    closeSync(fd);
  }
}
