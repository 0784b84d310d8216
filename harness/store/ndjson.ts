import { openSync, writeSync, closeSync, fsyncSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import type { Static, TSchema } from 'typebox';
import type { ArtefactStream } from '../contracts/run-folder.ts';
import { newerProblem, SCHEMA_VERSION } from '../contracts/run-header.ts';
import { readLines } from './lines.ts';

/**
 * Appends rows to an NDJSON artefact; the header goes first. Rows are buffered and written at least every `flush()`. What cannot be
 * written is thrown once; after that the file stays as it is, cut.
 */
export class NdjsonWriter<Row> {
  #fd: number | undefined;
  #buffer: string[] = [];

  constructor(path: string, artefact: string, runId: string) {
    this.#fd = openSync(path, 'wx');
    this.#buffer.push(JSON.stringify({ schemaVersion: SCHEMA_VERSION, artefact, runId }));
    this.flush();
  }

  write(row: Row): void {
    this.#buffer.push(JSON.stringify(row));
    if (this.#buffer.length >= 512) this.flush();
  }

  flush(): void {
    if (this.#fd === undefined || this.#buffer.length === 0) return;
    const bytes = Buffer.from(`${this.#buffer.join('\n')}\n`);
    this.#buffer = [];
    try {
      // A disk that is nearly full takes a part of it.
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#fd, bytes, written);
    } catch (error) {
      closeSync(this.#fd);
      this.#fd = undefined;
      throw error;
    }
  }

  close(): void {
    this.flush();
    if (this.#fd === undefined) return;
    try {
      fsyncSync(this.#fd);
    } finally {
      closeSync(this.#fd);
      this.#fd = undefined;
    }
  }
}

/**
 * Reads an NDJSON artefact line by line in bounded memory, checking header, run and every row.
 * A file without rows is a defect unless `emptyAllowed`.
 */
export function readNdjson<S extends TSchema>(path: string, artefact: string, runId: string, schema: S, emptyAllowed = false): ArtefactStream<Static<S>> {
  const defects: string[] = [];
  const checker = checkerOf(schema);
  function* rows(): Generator<Static<S>> {
    let lineNumber = 0;
    let rowsSeen = 0;
    try {
      for (const { line, whole } of readLines(path)) {
        lineNumber++;
        if (!whole) {
          defects.push(`is cut in line ${lineNumber}`);
          return;
        }
        let value: unknown;
        try {
          value = JSON.parse(line);
        } catch {
          defects.push(`line ${lineNumber} is not JSON`);
          continue;
        }
        if (lineNumber === 1) {
          const problem = headerProblem(value, artefact, runId);
          if (problem) {
            defects.push(problem);
            return;
          }
          continue;
        }
        if (!checker.Check(value)) {
          defects.push(`line ${lineNumber} does not have the shape of a row of ${artefact}`);
          continue;
        }
        rowsSeen++;
        yield value as Static<S>;
      }
    } catch (error) {
      defects.push((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : `cannot be read: ${(error as Error).message}`);
      return;
    }
    if (lineNumber === 0) defects.push('is empty');
    else if (rowsSeen === 0 && !emptyAllowed) defects.push('has no rows');
  }
  return { rows, defects };
}

/** Compiling takes milliseconds, and the audit reads some files a dozen times. */
const checkers = new WeakMap<TSchema, { Check(value: unknown): boolean }>();

function checkerOf(schema: TSchema): { Check(value: unknown): boolean } {
  const checker = checkers.get(schema) ?? Compile(schema);
  checkers.set(schema, checker);
  return checker;
}

function headerProblem(value: unknown, artefact: string, runId: string): string | undefined {
  const header = value as { schemaVersion?: unknown; artefact?: unknown; runId?: unknown };
  if (header === null || typeof header !== 'object' || typeof header.schemaVersion !== 'number') return 'has no header line';
  const newer = newerProblem(header);
  if (newer !== undefined) return newer;
  if (header.artefact !== artefact) return `is an artefact "${String(header.artefact)}", not "${artefact}"`;
  if (header.runId !== runId) return `belongs to run ${String(header.runId)}, not to ${runId}`;
  return undefined;
}
