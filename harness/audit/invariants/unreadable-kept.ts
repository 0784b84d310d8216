import type { LedgerRow } from '../../contracts/ledger.ts';
import { paymentTopic } from '../../targets/ticketing/names.ts';
import { PAYMENT_COMPLETED } from './committed.ts';
import { type LedgerInvariant, rowsOf } from './invariant.ts';

type Message = LedgerRow<'broker'>;

/** As the service names it among its dead letters: without the installation's prefix. */
const PAYMENT_TOPIC = paymentTopic('');

/** Whatever has sent it, and whether or not a fault explains it: what is skipped can neither be found nor sent again. */
export const unreadableKept: LedgerInvariant = {
  id: 'unreadable-kept',
  title: 'Every message of payments that nobody can read was put among the dead letters by a consumer',
  mayBeEmpty: true,
  eventual: true,
  start(tally) {
    const unreadable: Message[] = [];
    /** How many messages of payments each consumer has put aside: each of them reads the whole topic. */
    const letters = new Map<string, number>();
    return {
      watches: [
        rowsOf('broker', (message) => {
          if (!isReadable(message)) unreadable.push(message);
        }),
        rowsOf('deadLetters', ({ consumer, topic }) => {
          if (topic === PAYMENT_TOPIC) letters.set(consumer, (letters.get(consumer) ?? 0) + 1);
        }),
      ],
      finish() {
        const deadLetters = Math.max(0, ...letters.values());
        tally.look(unreadable.length);
        for (const { event, topic, partition, offset } of unreadable.slice(deadLetters)) tally.violate({ event, topic, partition, offset, deadLetters });
      },
    };
  },
};

/** A message of another type is for somebody else. */
const isReadable = ({ type, payment }: Message): boolean => payment !== null || (type !== null && type !== PAYMENT_COMPLETED);
