import { compareText } from './compare.ts';

export interface Group<Row> {
  readonly key: string;
  readonly rows: Row[];
}

/** Rows sorted by key, gathered by key: memory is one group. Throws when they turn out not to be sorted. */
export function* groupSorted<Row>(rows: Iterable<Row>, key: (row: Row) => string): Generator<Group<Row>> {
  let group: Group<Row> | undefined;
  for (const row of rows) {
    const rowKey = key(row);
    if (group !== undefined && rowKey === group.key) {
      group.rows.push(row);
      continue;
    }
    if (group !== undefined) {
      if (compareText(rowKey, group.key) < 0) throw new Error(`rows are not sorted: ${JSON.stringify(rowKey)} comes after ${JSON.stringify(group.key)}`);
      yield group;
    }
    group = { key: rowKey, rows: [row] };
  }
  if (group) yield group;
}

/** One input of a join: rows sorted by this key. */
export interface Side<Row> {
  readonly rows: Iterable<Row>;
  readonly key: (row: Row) => string;
}

/** Full outer merge join of any number of sides: one result a key, with the rows each side has for it (maybe none). */
export function* joinSorted<Rows extends Record<string, unknown>>(
  sides: { [Name in keyof Rows]: Side<Rows[Name]> },
): Generator<{ key: string; sides: { [Name in keyof Rows]: Rows[Name][] } }> {
  const names = Object.keys(sides);
  const cursors = new Map<string, Generator<Group<unknown>>>();
  const heads = new Map<string, Group<unknown>>();
  const advance = (name: string): void => {
    const next = (cursors.get(name) as Generator<Group<unknown>>).next();
    if (next.done) heads.delete(name);
    else heads.set(name, next.value);
  };
  try {
    for (const name of names) {
      const side = sides[name] as unknown as Side<unknown>;
      cursors.set(name, groupSorted(side.rows, side.key));
      advance(name);
    }
    while (heads.size > 0) {
      let least: string | undefined;
      for (const { key } of heads.values()) if (least === undefined || compareText(key, least) < 0) least = key;
      const key = least as string;
      const joined: Record<string, unknown[]> = {};
      for (const name of names) {
        const head = heads.get(name);
        joined[name] = head?.key === key ? head.rows : [];
        if (head?.key === key) advance(name);
      }
      yield { key, sides: joined as { [Name in keyof Rows]: Rows[Name][] } };
    }
  } finally {
    // Files are closed also when one side turns out not to be sorted.
    for (const cursor of cursors.values()) cursor.return(undefined);
  }
}
