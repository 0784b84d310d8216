import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLines } from '../store/lines.ts';
import { packRows, unpackRows } from './pack.ts';

const ROWS_A_LINE = 256;

/** A temporary folder for what does not fit into memory; made with the first file, removed when disposed. */
export class Spill implements Disposable {
  #folder: string | undefined;
  #files = 0;

  /** Writes rows to a file of their own, in their order; gives its path. */
  write(rows: readonly unknown[]): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'gatecrash-audit-'));
    const path = join(this.#folder, `${this.#files++}.ndjson`);
    let text = '';
    for (let from = 0; from < rows.length; from += ROWS_A_LINE) text += `${packRows(rows.slice(from, from + ROWS_A_LINE))}\n`;
    writeFileSync(path, text);
    return path;
  }

  [Symbol.dispose](): void {
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}

/** The rows of a spilled file in order. */
export function* readSpilled<Row>(path: string): Generator<Row> {
  for (const { line } of readLines(path)) yield* unpackRows(line) as Row[];
}
