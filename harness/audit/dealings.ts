import type { OperationName } from '../contracts/history.ts';
import { keyOf } from './compare.ts';
import type { Operation } from './history.ts';
import { committed } from './invariants/committed.ts';
import type { UserStory } from './story.ts';

/** All one user asked for about one thing (a seat, a reservation, a charge, the queue), and all the ledger has of it. */
export interface Dealing {
  readonly user: string;
  readonly op: OperationName;
  /** the seat, the reservation, the key of the charge; "" for the queue */
  readonly about: string;
  readonly operations: readonly Operation[];
  /** ids of what is in the ledger */
  readonly effects: readonly string[];
  /** effects that no answer told the user of */
  readonly untold: readonly string[];
  /** what the user wanted: one key, or one operation without key */
  readonly intents: number;
  /** intents nobody knows the end of, or whose answer had no id: one effect each is fine */
  readonly open: number;
  /** intents of which every operation was refused */
  readonly refused: number;
}

/** What a user dealt with, thing by thing. A declined charge is a row, but no effect. */
export function dealingsOf({ user, operations, reservations, payments, charges, places }: Omit<UserStory, 'dealings'>): Dealing[] {
  const things = new Map<string, { op: OperationName; about: string; operations: Operation[]; effects: string[] }>();
  const thing = (op: OperationName, about: string) => {
    const key = keyOf(op, about);
    const known = things.get(key) ?? { op, about, operations: [], effects: [] };
    things.set(key, known);
    return known;
  };
  for (const operation of operations) thing(operation.op, subjectOf(operation)).operations.push(operation);
  for (const { seq } of places) thing('token', '').effects.push(String(seq));
  for (const { charge, key, status } of charges) if (status === 'SUCCESS') thing('charge', key).effects.push(charge);
  for (const { reservation, schedule, seat } of reservations) thing('reserve', seatName(schedule, seat)).effects.push(reservation);
  for (const row of payments) if (committed(row)) thing('pay', row.reservation).effects.push(row.payment);
  return [...things.values()].map((known) => ({ user, ...known, ...reckon(known.operations, known.effects) }));
}

function reckon(operations: readonly Operation[], effects: readonly string[]): Pick<Dealing, 'untold' | 'intents' | 'open' | 'refused'> {
  const told = new Set(operations.map(({ acknowledged }) => acknowledged));
  const intents = Map.groupBy(operations, ({ key, id }) => key ?? id).values().toArray();
  return {
    untold: effects.filter((effect) => !told.has(effect)),
    intents: intents.length,
    open: intents.filter((intent) => intent.every(({ acknowledged }) => acknowledged === undefined) && intent.some(({ outcome }) => outcome !== 'fail')).length,
    refused: intents.filter((intent) => intent.every(({ outcome }) => outcome === 'fail')).length,
  };
}

function subjectOf({ op, key, schedule, seat, reservation }: Operation): string {
  switch (op) {
    case 'token':
      return '';
    case 'charge':
      return key ?? '';
    case 'reserve':
      return seatName(schedule, seat);
    case 'pay':
      return reservation ?? '';
    default:
      return op satisfies never;
  }
}

const seatName = (schedule: string | undefined, seat: number | undefined): string => `${schedule}:${seat}`;
