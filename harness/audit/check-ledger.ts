import type { Finding } from '../contracts/findings.ts';
import type { LedgerName, LedgerRow } from '../contracts/ledger.ts';
import type { LedgerCounts } from './coverage.ts';
import { AdmissionSweep } from './admissions.ts';
import type { AuditedPlan, LedgerCheck, LedgerContext, LedgerInvariant, Watch } from './invariants/invariant.ts';
import { type Group, groupSorted, joinGroups } from './join.ts';
import type { LedgerFiles } from './ledger-files.ts';
import { type JoinName, ledgerJoins, type LedgerSide, ledgerSteps } from './ledger-joins.ts';
import { finding, Running, whyBroken } from './running.ts';
import { Sorter } from './sorter.ts';
import { Tally } from './tally.ts';

type Row = never;
type RunningLedger = Running<LedgerInvariant, LedgerCheck>;
/** A watch, and whose it is. */
type Watching<L extends Watch> = L & { readonly running: RunningLedger };
type RowWatch = Extract<Watch, { file: LedgerName }>;
type SweepWatch = Extract<Watch, { sweep: 'admissions' }>;
type GroupWatch = Extract<Watch, { join: JoinName }>;

const needsOf = (watch: Watch): readonly LedgerName[] => ('file' in watch ? [watch.file] : 'sweep' in watch ? ['places'] : watch.sides);

const sidesOf = (join: JoinName): [LedgerName, LedgerSide<LedgerName, Row>][] => Object.entries(ledgerJoins[join]) as never;

/** All invariants over the ledger, on their way through its files: each file is read once, for all of them. */
export class LedgerPass {
  readonly #files: LedgerFiles;
  readonly #plan: AuditedPlan;
  readonly #running: readonly RunningLedger[];
  /** What each of them needs of the ledger. */
  readonly #needs = new Map<RunningLedger, ReadonlySet<LedgerName>>();
  readonly #rowWatches: Watching<RowWatch>[] = [];
  readonly #sweepWatches: Watching<SweepWatch>[] = [];
  readonly #groupWatches: Watching<GroupWatch>[] = [];
  readonly #sorters = new Map<LedgerSide<LedgerName, Row>, Sorter<Row>>();
  readonly #read = new Set<LedgerName>();

  constructor(invariants: readonly LedgerInvariant[], files: LedgerFiles, { plan, faults }: Pick<LedgerContext, 'plan' | 'faults'>) {
    this.#files = files;
    this.#plan = plan;
    this.#running = invariants.map((invariant) => {
      const needs = new Set<LedgerName>();
      const takenMs = (): number => {
        needs.add('snapshot');
        return files.takenMs();
      };
      const running: RunningLedger = new Running(invariant, ({ start }, tally) => start(tally, { plan, spill: files.spill, takenMs, faults }));
      for (const watch of running.check?.watches ?? []) {
        for (const name of needsOf(watch)) needs.add(name);
        if ('file' in watch) this.#rowWatches.push({ ...watch, running });
        else if ('sweep' in watch) this.#sweepWatches.push({ ...watch, running });
        else this.#groupWatches.push({ ...watch, running });
      }
      this.#needs.set(running, needs);
      return running;
    });
  }

  /** To be taken one after the other; others may have their turn in between. What goes wrong in one that is no failure of an invariant is the failure of all. */
  *steps(): Generator<() => void> {
    for (const step of ledgerSteps) yield () => this.#guarded(() => ('file' in step ? this.#scan(step.file) : 'sweep' in step ? this.#sweep() : this.#join(step.join)));
    yield () => this.#running.forEach((running) => running.finish());
  }

  /** In the order of the invariants. What was seen in a broken file proves nothing. */
  findings(): Finding[] {
    return this.#running.map((running) => {
      const broken = whyBroken(this.#files.defects(this.#needs.get(running)));
      return finding(running.invariant, 'ledger', this.#plan, broken === undefined ? running.tally : new Tally(), broken ?? running.failure);
    });
  }

  /** What they counted; zero where one failed. */
  counts(): LedgerCounts {
    const none: LedgerCounts = { seatsSold: 0, doubleSales: 0, payments: 0, paymentsDelivered: 0 };
    return this.#running.reduce((sum, { failure, check }) => (failure === undefined ? { ...sum, ...check?.counts?.() } : sum), none);
  }

  #guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      for (const running of this.#running) running.fail(error);
    }
  }

  #scan(name: LedgerName): void {
    for (const _ of this.#rows(name));
  }

  /** Reads the places, which are in the order of queues. */
  #sweep(): void {
    const sweep = new AdmissionSweep((edge) => this.#sweepWatches.forEach(({ running, see }) => running.tell(see, edge)));
    let unsorted = false;
    for (const row of this.#rows('places') as Iterable<LedgerRow<'places'>>) {
      if (unsorted) continue; // It is read to its end all the same: others need it in another order.
      try {
        sweep.add(row);
      } catch (error) {
        unsorted = true;
        this.#sweepWatches.forEach(({ running }) => running.fail(error));
      }
    }
    sweep.end();
  }

  /** The rows of a file. When it is read for the first time, whoever watches its rows sees them, and they are sorted for the joins that want them so. */
  *#rows(name: LedgerName): Generator<Row> {
    const first = !this.#read.has(name);
    this.#read.add(name);
    const watches = first ? this.#rowWatches.filter(({ file }) => file === name) : [];
    const sorted = first ? this.#sorted(name) : [];
    for (const row of this.#files.rows(name) as Iterable<Row>) {
      for (const { running, see } of watches) running.tell(see, row);
      for (const { side, sorter } of sorted) for (const part of side.rowsOf?.(row) ?? []) sorter.add(part);
      yield row;
    }
  }

  /** The sides of joins that this file has to be sorted for. */
  #sorted(name: LedgerName): { side: LedgerSide<LedgerName, Row>; sorter: Sorter<Row> }[] {
    const sides = (Object.keys(ledgerJoins) as JoinName[]).flatMap((join) => sidesOf(join).flatMap(([file, side]) => (file === name && side.rowsOf !== null ? [side] : [])));
    return sides.map((side) => ({ side, sorter: this.#sorterOf(side) }));
  }

  #sorterOf(side: LedgerSide<LedgerName, Row>): Sorter<Row> {
    const sorter = this.#sorters.get(side) ?? new Sorter<Row>(side.key, this.#files.spill);
    this.#sorters.set(side, sorter);
    return sorter;
  }

  #join(join: JoinName): void {
    const watches = this.#groupWatches.filter((watch) => watch.join === join);
    const sides: Record<string, Generator<Group<Row>>> = {};
    for (const [name, side] of sidesOf(join)) {
      // Who needs that side is not checked; the others go on without it.
      const unsorted = (error: Error): void => watches.filter((watch) => watch.sides.includes(name)).forEach(({ running }) => running.fail(error));
      sides[name] = side.rowsOf === null ? groupSorted(this.#rows(name), side.key, unsorted) : this.#sorterOf(side).groups();
    }
    for (const { key, sides: rows } of joinGroups(sides)) {
      const group = { key, ...rows } as never;
      for (const { running, see, sides: needed } of watches) if (needed.some((name) => (rows[name] as Row[]).length > 0)) running.tell(see, group);
    }
    for (const [, side] of sidesOf(join)) this.#sorters.delete(side);
  }
}
