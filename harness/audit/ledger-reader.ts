import { join } from 'node:path';
import { type LedgerName, type LedgerRow, ledgerRows } from '../contracts/ledger.ts';
import { artefacts } from '../contracts/run-folder.ts';
import { readNdjson } from '../store/ndjson.ts';
import { Sorter } from './sorter.ts';
import type { Spill } from './spill.ts';

/** Without rows in these, nothing was for sale or nothing was exported. */
const neverEmpty: ReadonlySet<LedgerName> = new Set(['seats', 'snapshot']);

export interface Defect {
  readonly artefact: string;
  readonly problem: string;
}

/** The ledger files of one run, and what turned out to be wrong with them while they were read. */
export class LedgerFiles {
  readonly spill: Spill;
  readonly #runDir: string;
  readonly #runId: string;
  readonly #defects = new Map<LedgerName, readonly string[]>();
  readonly #views = new Map<string, Sorter<unknown>>();

  constructor(runDir: string, runId: string, spill: Spill) {
    this.#runDir = runDir;
    this.#runId = runId;
    this.spill = spill;
  }

  /** Rows in the order of the file. */
  *rows<N extends LedgerName>(name: N): Generator<LedgerRow<N>> {
    const artefact = `${artefacts.ledger}/${name}`;
    const stream = readNdjson(join(this.#runDir, `${artefact}.ndjson`), artefact, this.#runId, ledgerRows[name], !neverEmpty.has(name));
    try {
      yield* stream.rows() as Iterable<LedgerRow<N>>;
    } finally {
      this.#defects.set(name, stream.defects);
    }
  }

  /** Rows sorted by another key, all or those to `keep`; sorted once, `view` names order and choice. */
  *by<N extends LedgerName>(name: N, view: string, key: (row: LedgerRow<N>) => string, keep: (row: LedgerRow<N>) => boolean = () => true): Generator<LedgerRow<N>> {
    const id = `${name} by ${view}`;
    let sorter = this.#views.get(id) as Sorter<LedgerRow<N>> | undefined;
    if (!sorter) {
      sorter = new Sorter(key, this.spill);
      for (const row of this.rows(name)) if (keep(row)) sorter.add(row);
      this.#views.set(id, sorter as Sorter<unknown>);
    }
    yield* sorter.rows();
  }

  /** What is wrong with the files that were read, or with these of them. */
  defects(names: Iterable<LedgerName> = this.#defects.keys()): Defect[] {
    return [...names].flatMap((name) => (this.#defects.get(name) ?? []).map((problem) => ({ artefact: `${artefacts.ledger}/${name}`, problem })));
  }
}

/** The same files for one check, which remembers what that check has read. */
export class LedgerReader {
  readonly #read = new Set<LedgerName>();
  readonly #files: LedgerFiles;

  constructor(files: LedgerFiles) {
    this.#files = files;
  }

  get spill(): Spill {
    return this.#files.spill;
  }

  rows<N extends LedgerName>(name: N): Generator<LedgerRow<N>> {
    this.#read.add(name);
    return this.#files.rows(name);
  }

  by<N extends LedgerName>(name: N, view: string, key: (row: LedgerRow<N>) => string, keep?: (row: LedgerRow<N>) => boolean): Generator<LedgerRow<N>> {
    this.#read.add(name);
    return this.#files.by(name, view, key, keep);
  }

  /** When the database was read, epoch ms. Throws without it: then nobody knows what is overdue. */
  takenMs(): number {
    let taken: number | undefined;
    for (const { takenMs } of this.rows('snapshot')) taken = takenMs;
    if (taken === undefined) throw new Error('ledger/snapshot does not say when it was taken');
    return taken;
  }

  /** What is wrong with the files this check has read. */
  defects(): Defect[] {
    return this.#files.defects(this.#read);
  }
}
