import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLines } from '../store/lines.ts';

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
export function* readSpilled<Row>(path: string): Generator<Row> {
  for (const { line } of readLines(path)) yield JSON.parse(line) as Row;
}
