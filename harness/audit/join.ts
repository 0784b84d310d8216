import { compareText } from './compare.ts';

export interface Group<Row> {
  readonly key: string;
  readonly rows: Row[];
}

/**
 * Rows sorted by key, gathered by key: memory is one group. When they turn out not to be sorted `unsorted` is told, and
 * throws; if it does not, the rest is read to its end and given to nobody.
 */
export function* groupSorted<Row>(rows: Iterable<Row>, key: (row: Row) => string, unsorted: (error: Error) => void = raise): Generator<Group<Row>> {
  let group: Group<Row> | undefined;
  let lost = false;
  for (const row of rows) {
    if (lost) continue;
    const rowKey = key(row);
    if (group !== undefined && rowKey === group.key) {
      group.rows.push(row);
      continue;
    }
    if (group !== undefined) {
      if (compareText(rowKey, group.key) < 0) {
        lost = true;
        unsorted(new Error(`rows are not sorted: ${JSON.stringify(rowKey)} comes after ${JSON.stringify(group.key)}`));
        continue;
      }
      yield group;
    }
    group = { key: rowKey, rows: [row] };
  }
  if (group && !lost) yield group;
}

function raise(error: Error): never {
  throw error;
}

/** One input of a join: rows sorted by this key. */
export interface Side<Row> {
  readonly rows: Iterable<Row>;
  readonly key: (row: Row) => string;
}

type Joined<Rows> = { key: string; sides: { [Name in keyof Rows]: Rows[Name][] } };

/** Full outer merge join of any number of sides: one result a key, with the rows each side has for it (maybe none). */
export function joinSorted<Rows extends Record<string, unknown>>(sides: { [Name in keyof Rows]: Side<Rows[Name]> }): Generator<Joined<Rows>> {
  const groups = Object.entries<Side<unknown>>(sides as Record<string, Side<unknown>>).map(([name, { rows, key }]) => [name, groupSorted(rows, key)]);
  return joinGroups<Rows>(Object.fromEntries(groups) as { [Name in keyof Rows]: Generator<Group<Rows[Name]>> });
}

/** The same of rows that are gathered by key already. */
export function* joinGroups<Rows extends Record<string, unknown>>(sides: { [Name in keyof Rows]: Generator<Group<Rows[Name]>> }): Generator<Joined<Rows>> {
  const names = Object.keys(sides);
  const cursors = names.map((name) => sides[name] as Generator<Group<unknown>>);
  const heads: (Group<unknown> | undefined)[] = [];
  const advance = (index: number): void => {
    const next = (cursors[index] as Generator<Group<unknown>>).next();
    heads[index] = next.done ? undefined : next.value;
  };
  try {
    for (let index = 0; index < names.length; index++) advance(index);
    while (true) {
      let least: string | undefined;
      for (const head of heads) if (head !== undefined && (least === undefined || compareText(head.key, least) < 0)) least = head.key;
      if (least === undefined) return;
      const joined: Record<string, unknown[]> = {};
      for (let index = 0; index < names.length; index++) {
        const head = heads[index];
        const here = head !== undefined && head.key === least;
        joined[names[index] as string] = here ? head.rows : [];
        if (here) advance(index);
      }
      yield { key: least, sides: joined as { [Name in keyof Rows]: Rows[Name][] } };
    }
  } finally {
    // Files are closed also when one side turns out not to be sorted.
    for (const cursor of cursors) cursor.return(undefined);
  }
}
