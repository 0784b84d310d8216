import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 64 * 1024;

/** Reads a growing log from its last lines on; a file that was replaced or cut is read from its beginning. */
export class LogTail {
  readonly #path: string;
  #offset = 0;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** The last `lines` lines that are there, at most 64 KiB of them. */
  last(lines: number): string[] {
    const all = this.#read((size) => Math.max(0, size - CHUNK_BYTES));
    return lines === 0 ? [] : all.slice(-lines);
  }

  /** Whole lines that came since. */
  next(): string[] {
    return this.#read((size) => (size < this.#offset ? 0 : this.#offset));
  }

  #read(from: (size: number) => number): string[] {
    const fd = openSync(this.#path, 'r');
    try {
      const { size } = fstatSync(fd);
      const start = from(size);
      if (start !== this.#offset) this.#rest = '';
      const buffer = Buffer.alloc(Math.min(size - start, 16 * CHUNK_BYTES));
      const count = readSync(fd, buffer, 0, buffer.length, start);
      this.#offset = start + count;
      const lines = (this.#rest + buffer.toString('utf8', 0, count)).split('\n');
      this.#rest = lines.pop() ?? '';
      return lines;
    } finally {
      closeSync(fd);
    }
  }
}
