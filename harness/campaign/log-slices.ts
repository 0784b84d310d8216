import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** How long each log of a folder is at one moment, to have later what was written since. */
export class LogSlices {
  readonly #dir: string;
  readonly #lengths: ReadonlyMap<string, number>;

  private constructor(dir: string, lengths: ReadonlyMap<string, number>) {
    this.#dir = dir;
    this.#lengths = lengths;
  }

  static async from(dir: string): Promise<LogSlices> {
    return new LogSlices(dir, await lengthsOf(dir));
  }

  /** Puts into `target`, under the same names, what was written since; a log to which nothing was added is left out. */
  async copyTo(target: string): Promise<void> {
    for (const [name, end] of await lengthsOf(this.#dir)) {
      const start = this.#lengths.get(name) ?? 0;
      if (end > start) await pipeline(createReadStream(join(this.#dir, name), { start, end: end - 1 }), createWriteStream(join(target, name), { flags: 'a' }));
    }
  }
}

async function lengthsOf(dir: string): Promise<Map<string, number>> {
  const files = (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isFile());
  return new Map(await Promise.all(files.map(async ({ name }) => [name, (await stat(join(dir, name))).size] as const)));
}
