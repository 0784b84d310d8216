import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';

type Answer = LightMyRequestResponse;

/** Somebody who buys: one queue token and the calls it is good for. */
export class Buyer {
  readonly user: string;
  readonly token: string;
  readonly #app: FastifyInstance;

  constructor(app: FastifyInstance, user: string, token: string) {
    this.#app = app;
    this.user = user;
    this.token = token;
  }

  static async enter(app: FastifyInstance, user: string): Promise<Buyer> {
    const answer = await app.inject({ method: 'POST', url: '/queue/token', payload: { userId: user } });
    if (answer.statusCode > 201) throw new Error(`no token for ${user}: ${answer.statusCode} ${answer.body}`);
    return new Buyer(app, user, (answer.json() as { tokenValue: string }).tokenValue);
  }

  place(): Promise<Answer> {
    return this.#call('GET', '/queue/token');
  }

  /** Gives up its place in the queue. */
  leave(): Promise<Answer> {
    return this.#call('DELETE', '/queue/token');
  }

  /** Waits for its turn. */
  async active(timeoutMs = 5000): Promise<this> {
    const deadlineMs = Date.now() + timeoutMs;
    for (;;) {
      const answer = await this.place();
      if ((answer.json() as { status?: string }).status === 'ACTIVE') return this;
      if (Date.now() > deadlineMs) throw new Error(`${this.user} is not let in: ${answer.statusCode} ${answer.body}`);
      await sleep(30);
    }
  }

  charge(amount: number, key: string = randomUUID()): Promise<Answer> {
    return this.#call('POST', '/points/charge', { amount }, { 'idempotency-key': key });
  }

  reserve(scheduleId: string, seatNo: number, key?: string): Promise<Answer> {
    return this.#call('POST', '/reservations', { scheduleId, seatNo }, key === undefined ? {} : { 'idempotency-key': key });
  }

  reservations(query = ''): Promise<Answer> {
    return this.#call('GET', `/reservations${query}`);
  }

  cancel(reservationId: string): Promise<Answer> {
    return this.#call('DELETE', `/reservations/${reservationId}`);
  }

  points(): Promise<Answer> {
    return this.#call('GET', '/points');
  }

  payByCard(reservationId: string, amount: number, key: string = randomUUID()): Promise<Answer> {
    return this.#call('POST', '/payments', { reservationId, amount, method: 'CARD' }, { 'idempotency-key': key });
  }

  payment(id: string): Promise<Answer> {
    return this.#call('GET', `/payments/${id}`);
  }

  refund(paymentId: string, key?: string): Promise<Answer> {
    return this.#call('POST', `/payments/${paymentId}/refund`, undefined, key === undefined ? {} : { 'idempotency-key': key });
  }

  reservation(id: string): Promise<Answer> {
    return this.#call('GET', `/reservations/${id}`);
  }

  pay(reservationId: string, amount: number, key: string = randomUUID()): Promise<Answer> {
    return this.#call('POST', '/payments', { reservationId, amount }, { 'idempotency-key': key });
  }

  #call(method: 'GET' | 'POST' | 'DELETE' | 'DELETE', url: string, payload?: object, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#app.inject({ method, url, headers: { 'x-queue-token': this.token, ...headers }, ...(payload && { payload }) });
  }
}
