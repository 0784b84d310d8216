import { mkdtempSync, rmSync, writeFileSync, createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder for what does not fit into memory; made with the first file, removed when disposed. */
export class Spill implements Disposable {
  #folder: string | undefined;
  #files = 0;

  /** Writes rows to a file of their own, in their order; gives its path. */
  write(rows: readonly unknown[]): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'gatecrash-audit-'));
    const path = join(this.#folder, `${this.#files++}.ndjson`);
    writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return path;
  }

  [Symbol.dispose](): void {
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}

/** The rows of a spilled file in order. */
export async function* readSpilled<Row>(path: string): AsyncGenerator<Row> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 16 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Row;
  }
}
