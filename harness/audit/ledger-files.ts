import { join } from 'node:path';
import { type LedgerName, ledgerNames, type LedgerRow, ledgerRows } from '../contracts/ledger.ts';
import { artefacts } from '../contracts/run-folder.ts';
import { readNdjson } from '../store/ndjson.ts';
import type { Group } from './join.ts';
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

  /** Rows gathered by another key, in its order. */
  *groupedBy<N extends LedgerName>(name: N, key: (row: LedgerRow<N>) => string): Generator<Group<LedgerRow<N>>> {
    const sorter = new Sorter(key, this.spill);
    for (const row of this.rows(name)) sorter.add(row);
    yield* sorter.groups();
  }

  /** When the database was read, epoch ms. Throws without it: then nobody knows what is overdue. */
  takenMs(): number {
    let taken: number | undefined;
    for (const { takenMs } of this.rows('snapshot')) taken = takenMs;
    if (taken === undefined) throw new Error('ledger/snapshot does not say when it was taken');
    return taken;
  }

  /** What is wrong with the files that were read, or with these of them. */
  defects(names: Iterable<LedgerName> = ledgerNames): Defect[] {
    return [...names].flatMap((name) => (this.#defects.get(name) ?? []).map((problem) => ({ artefact: `${artefacts.ledger}/${name}`, problem })));
  }
}
