import { readFileSync } from 'node:fs';

/** One statement of a file of this folder; its name is that of the prepared statement. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Reads a file of this folder, once: call it where a module begins. Throws when there is no such file. */
export function statement(name: string): Statement {
  return { name, text: readFileSync(new URL(`./${name}.sql`, import.meta.url), 'utf8') };
}
