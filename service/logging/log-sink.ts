import { createWriteStream, fstatSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const flushLookMs = 5;

/**
 * Where log lines go, which must never hold up a request: lines are gathered and written without blocking, and when the
 * reader is slower than we are they are dropped and counted. A reader that has gone ends the log, not the service.
 * (A blocking write to a pipe that nobody reads would take a thread of the pool with it, and the end of the process too.)
 */
export class LogSink {
  readonly #stream: Writable;
  readonly #fd: number;
  readonly #bytesMax: number;
  #lines = '';
  #scheduled = false;
  #broken = false;
  #dropped = 0;

  constructor(fd: number, bytesMax = 1024 * 1024) {
    this.#fd = fd;
    this.#bytesMax = bytesMax;
    this.#stream = streamTo(fd);
    this.#stream.on('error', () => {
      this.#broken = true;
      this.#lines = '';
    });
    process.once('exit', () => this.#writeLast());
  }

  write(line: string): void {
    if (this.#broken || this.#lines.length + this.#stream.writableLength + line.length > this.#bytesMax) return void this.#dropped++;
    this.#lines += line;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#writeLines());
  }

  /** Lines dropped since this was asked last. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** Resolves when everything is written, or after that long. */
  async flush(withinMs: number): Promise<void> {
    this.#writeLines();
    for (const endMs = Date.now() + withinMs; this.#stream.writableLength > 0 && !this.#broken && Date.now() < endMs; ) await sleep(flushLookMs);
  }

  #writeLines(): void {
    this.#scheduled = false;
    if (this.#lines === '' || this.#broken) return;
    const lines = this.#lines;
    this.#lines = '';
    this.#stream.write(lines);
  }

  /** What was logged in the last moment before an exit that nobody planned. */
  #writeLast(): void {
    if (this.#lines === '' || this.#broken) return;
    try {
      writeSync(this.#fd, this.#lines);
    } catch {
      // Nobody takes it: that is what a broken or full pipe means.
    }
  }
}

/** Pipes and sockets by the event loop; files by the thread pool, which they do not block. */
function streamTo(fd: number): Writable {
  const kind = fstatSync(fd);
  return kind.isFIFO() || kind.isSocket() ? new Socket({ fd, readable: false, writable: true }).unref() : createWriteStream('', { fd, autoClose: false });
}
