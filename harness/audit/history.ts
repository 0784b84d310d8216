import type { HistoryLine, OperationName } from '../contracts/history.ts';

/** One operation: what was asked, and what came of it. No completion: unknown. */
export interface Operation {
  readonly id: string;
  readonly op: OperationName;
  readonly user: string;
  readonly key?: string | undefined;
  readonly invokeMs: number;
  readonly schedule?: string | undefined;
  readonly seat?: number | undefined;
  readonly reservation?: string | undefined;
  readonly amount?: number | undefined;
  readonly outcome: 'ok' | 'fail' | 'unknown';
  readonly status: number;
  readonly completeMs?: number | undefined;
  /** Id of what a 2xx acknowledged: of the place (seq), the charge, the reservation, the payment. */
  readonly acknowledged?: string | undefined;
}

/** An acknowledgement names what it is about, so that it can be looked up; that of a place is about the user's own, with its number or without. */
export const canBeLookedUp = ({ op, outcome, acknowledged }: Operation): boolean => outcome === 'ok' && (acknowledged !== undefined || op === 'token');

/** What one look of a user showed: at the own reservation, or at a seat map. */
export type Look = Extract<HistoryLine, { e: 'look' }>;

type Invoke = Extract<HistoryLine, { e: 'invoke' }>;
type Complete = Extract<HistoryLine, { e: 'complete' }>;

/**
 * Joins invokes with completions, in one pass: only operations under way are in memory. Those never completed come last.
 * Looks are told as they come.
 * What makes the history incomplete (a completion without invoke, an id used twice) is counted in `problems`.
 */
export function* reduceHistory(lines: Iterable<HistoryLine>, problems: HistoryProblems, onLook: (look: Look) => void): Generator<Operation> {
  const underWay = new Map<string, Invoke>();
  const numbers = new Numbers();
  for (const line of lines) {
    const invoke = underWay.get(line.id);
    if (line.e !== 'complete' || !invoke) numbers.see(line.id);
    if (line.e === 'look') {
      onLook(line);
      continue;
    }
    if (line.e === 'invoke') {
      if (invoke) problems.note('invoked twice', line.id);
      underWay.set(line.id, line);
      continue;
    }
    if (!invoke) {
      problems.note('completed without invoke', line.id);
      continue;
    }
    underWay.delete(line.id);
    yield operation(invoke, line);
  }
  for (const invoke of underWay.values()) yield operation(invoke);
  for (const { user, count } of numbers.missing()) problems.note('missing in the numbers of a virtual user', user, count);
}

/**
 * Each virtual user numbers its lines from 1 on. A number that is not there is a line that was lost: of a look nothing
 * else would show it, and of an operation without effect neither.
 */
class Numbers {
  readonly #users = new Map<string, { seen: number; last: number }>();

  see(id: string): void {
    const at = id.lastIndexOf('-');
    const [user, number] = [id.slice(0, at), Number(id.slice(at + 1))];
    const known = this.#users.get(user);
    if (!known) this.#users.set(user, { seen: 1, last: number });
    else {
      known.seen++;
      known.last = Math.max(known.last, number);
    }
  }

  /** The virtual users of whom lines are not there, and how many. */
  *missing(): Generator<{ readonly user: string; readonly count: number }> {
    for (const [user, { seen, last }] of this.#users) if (seen < last) yield { user, count: last - seen };
  }
}

/** Kinds of defect with their number and one example: a broken file gives a few sentences, not a million. */
export class HistoryProblems {
  readonly #kinds = new Map<string, { count: number; example: string }>();

  note(kind: string, id: string, count = 1): void {
    const seen = this.#kinds.get(kind);
    if (seen) seen.count += count;
    else this.#kinds.set(kind, { count, example: id });
  }

  sentences(): string[] {
    return [...this.#kinds].map(([kind, { count, example }]) => `has ${count} operation${count === 1 ? '' : 's'} ${kind}, e.g. ${example}`);
  }
}

function operation(invoke: Invoke, complete?: Complete): Operation {
  const { id, op, user, key, tMs, schedule, seat, reservation, amount } = invoke;
  return {
    id,
    op,
    user,
    key,
    invokeMs: tMs,
    schedule,
    seat,
    reservation,
    amount,
    outcome: complete?.outcome ?? 'unknown',
    status: complete?.status ?? 0,
    completeMs: complete?.tMs,
    acknowledged: complete?.outcome === 'ok' ? acknowledgedId(op, complete) : undefined,
  };
}

function acknowledgedId(op: OperationName, complete: Complete): string | undefined {
  switch (op) {
    case 'token':
      return complete.seq === undefined ? undefined : String(complete.seq);
    case 'charge':
      return complete.charge;
    case 'reserve':
      return complete.reservation;
    case 'pay':
      return complete.payment;
    default:
      return op satisfies never;
  }
}
