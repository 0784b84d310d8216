import { closeSync, openSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';

const TAIL_BYTES = 16 * 1024;

/**
 * Appends the output of one process to a file until `bytesMax`; what comes after is left out, but the last 16 KiB
 * are kept in memory and written at the end, because the last words of a process are what one looks for. What cannot be
 * written (the disk is full) is left out without a word: it must not end the one who holds everything that runs.
 */
export class LogFile {
  #fd: number | undefined;
  #bytesLeft: number;
  #bytesOmitted = 0;
  #tail: Buffer = Buffer.alloc(0);

  constructor(path: string, bytesMax: number) {
    this.#fd = openSync(path, 'a');
    this.#bytesLeft = bytesMax;
  }

  collect(stream: Readable): void {
    stream.on('data', (chunk: Buffer) => this.write(chunk));
  }

  write(chunk: Buffer): void {
    if (this.#fd === undefined) return;
    const head = chunk.subarray(0, this.#bytesLeft);
    if (head.length > 0) this.#append(head);
    this.#bytesLeft -= head.length;
    if (head.length === chunk.length) return;
    const rest = chunk.subarray(head.length);
    this.#bytesOmitted += rest.length;
    this.#tail = Buffer.from(Buffer.concat([this.#tail, rest]).subarray(-TAIL_BYTES));
  }

  close(): void {
    if (this.#fd === undefined) return;
    const left = this.#bytesOmitted - this.#tail.length;
    if (this.#bytesOmitted > 0) this.#append(Buffer.from(`\n… ${left} bytes left out …\n`));
    if (this.#tail.length > 0) this.#append(this.#tail);
    closeSync(this.#fd);
    this.#fd = undefined;
  }

  #append(bytes: Buffer): void {
    try {
      if (this.#fd !== undefined) writeSync(this.#fd, bytes);
    } catch {
      // As said above.
    }
  }
}
