import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { EvenShare, type Behaviour } from './behaviour.ts';

/** Carries out, request by request, how the gateway misbehaves just now. */
export class Mishaps {
  readonly #behaviour: () => Behaviour;
  readonly #refused = new EvenShare();
  readonly #lost = new EvenShare();

  constructor(behaviour: () => Behaviour) {
    this.#behaviour = behaviour;
  }

  /** Before a request is looked at: takes longer, or refuses it and leaves everything as it was. */
  async meet(reply: FastifyReply): Promise<void> {
    const { addedLatencyMs, errorShare, errorStatus } = this.#behaviour();
    if (addedLatencyMs > 0) await sleep(addedLatencyMs);
    if (this.#refused.next(errorShare)) await reply.code(errorStatus).send({ message: 'the gateway is not well' });
  }

  /** Answers an order that is booked, or cuts the connection instead. */
  answer(reply: FastifyReply, status: number, body: object): FastifyReply {
    if (!this.#lost.next(this.#behaviour().lostShare)) return reply.code(status).send(body);
    reply.hijack();
    reply.raw.destroy();
    return reply;
  }
}
