import type { GatewayOrder, GatewayWord } from '../clients/gateway.ts';
import type { Context } from '../context.ts';
import { statement } from '../sql/statement.ts';

const pendingAtGatewaySql = statement('pending-at-gateway');

/** The gateway may still be working on an order that it has not heard of, if it was asked so recently. */
const gatewayForgetsAfterSeconds = 5;
const batchMax = 100;

/** What the gateway's word is booked in: points bought, tickets paid by card, cards paid back. */
export type BookName = 'points' | 'card' | 'refund';

/** Books the gateway's word about something whose asker stopped waiting. Twice is once. */
export type LateBooking = (id: string, word: GatewayWord) => Promise<unknown>;

interface Pending {
  readonly book: BookName;
  readonly id: string;
  readonly amount: number;
  readonly chargeId: string | null;
  readonly ageSeconds: number;
}

/** Finds out what became of orders whose answer got lost, by asking the gateway for their id. Nothing is ever charged twice. */
export class OpenOrders {
  readonly #context: Context;
  readonly #books: Readonly<Record<BookName, LateBooking>>;

  constructor(context: Context, books: Readonly<Record<BookName, LateBooking>>) {
    this.#context = context;
    this.#books = books;
  }

  /** One round over what is pending. Returns how many are still open. */
  async settlePending(): Promise<number> {
    const { db, config, gateway, log } = this.#context;
    // Younger ones have somebody who waits for the answer and books it.
    const pending = await db.query<Pending>(pendingAtGatewaySql, [config.requestTimeoutMs / 1000, batchMax]);
    let open = 0;
    for (const [index, { book, ...wanted }] of pending.entries()) {
      if (gateway.isOpen) return open + pending.length - index;
      try {
        const word = await this.#wordOf(wanted);
        if (word === undefined) open++;
        else await this.#books[book](wanted.id, word);
      } catch (error) {
        open++;
        log.warn({ event: 'payment.settlement_failed', book, id: wanted.id, error: String(error) }, 'not settled yet');
      }
    }
    return open;
  }

  async #wordOf({ id, amount, chargeId, ageSeconds }: Omit<Pending, 'book'>): Promise<GatewayWord | undefined> {
    const { gateway } = this.#context;
    const order: GatewayOrder = chargeId === null ? { kind: 'charge', id, amount } : { kind: 'refund', id, amount, chargeId };
    const word = await gateway.lookUp(order);
    if (word !== undefined || ageSeconds <= gatewayForgetsAfterSeconds) return word;
    // It never came to the gateway: asking again by the same id cannot move the money twice.
    const answer = await gateway.carryOut(order);
    return answer === 'UNKNOWN' ? undefined : answer;
  }
}
