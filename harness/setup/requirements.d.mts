import type { Machine } from './machine.mjs';

export interface Requirement {
  readonly name: string;
  /** " 17 or newer", or empty when any version will do */
  readonly need: string;
  /** What it is needed for; empty when it is not needed. */
  readonly neededFor: string;
  readonly version: string | undefined;
  readonly path: string | undefined;
  /** "there", "but it is not there", "but 11.0 is there" */
  readonly have: string;
  readonly ok: boolean;
  /** The one command that fixes it. */
  readonly fix: string;
}

/** What a run needs of the machine, judged. Pure. */
export declare function requirements(machine: Machine): Requirement[];
/** Something that only some commands need. */
export interface Extra extends Requirement {
  /** Set-up installs it by itself when it is needed. */
  readonly installable: boolean;
}

/** What only some commands need, judged. Pure. */
export declare function extras(machine: Machine): Extra[];
/** The lines for what is needed and missing or too old; empty when a run (or, `packagesOnly`, the program itself) can be set up. */
export declare function missingLines(machine: Machine, packagesOnly?: boolean): string[];
/** Below zero when `a` is older than `b`. Java's old "1.8" counts as 8. */
export declare function compareVersions(a: string, b: string): number;
