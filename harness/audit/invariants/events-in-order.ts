import { keyOf, sortable } from '../compare.ts';
import { groupSorted } from '../join.ts';
import { Sorter } from '../sorter.ts';
import { by, type LedgerInvariant } from './invariant.ts';

/** An event of the outbox where it first lies at the broker. */
interface Placed {
  readonly aggregate: string;
  readonly event: string;
  readonly type: string;
  readonly createdMs: number;
  readonly partition: number;
  readonly offset: number;
}

/** A message may come again later; whoever reads from the beginning meets the first ones in order. Events of one moment have no order. */
export const eventsInOrder: LedgerInvariant = {
  id: 'events-in-order',
  title: 'The events of one reservation lie at the broker in one partition, in the order in which they happened',
  start(tally, { spill }) {
    const byAggregate = new Sorter<Placed>(({ aggregate, createdMs }) => keyOf(aggregate, sortable(createdMs)), spill);
    return {
      watches: [
        by('event', ['outbox', 'broker'], ({ outbox, broker }) => {
          const [first] = broker.toSorted((a, b) => a.offset - b.offset);
          if (!first) return;
          for (const { aggregate, event, type, createdMs } of outbox) byAggregate.add({ aggregate, event, type, createdMs, partition: first.partition, offset: first.offset });
        }),
      ],
      finish() {
        for (const { key, rows } of groupSorted(byAggregate.rows(), ({ aggregate }) => aggregate)) {
          tally.look();
          const problem = disorder(rows);
          if (problem !== undefined) tally.violate({ reservation: key, problem, events: rows.slice(0, 4).map(({ event, type, createdMs, partition, offset }) => ({ event, type, createdMs, partition, offset })) }, rows.length);
        }
      },
    };
  },
};

/** `rows` in the order in which they happened. */
function disorder(rows: readonly Placed[]): string | undefined {
  if (new Set(rows.map(({ partition }) => partition)).size > 1) return 'in several partitions';
  const late = rows.some((row, index) => rows.slice(index + 1).some((later) => later.createdMs > row.createdMs && later.offset < row.offset));
  return late ? 'a later event lies before an earlier one' : undefined;
}
