import type { FastifyRequest } from 'fastify';
import type { Queue } from '../queue/queue.ts';

/** Who is asking. Everything about "one's own" things goes through here, so that a way to prove it is written once. */
export class Identity {
  readonly #queue: Queue;

  constructor(queue: Queue) {
    this.#queue = queue;
  }

  /** The user of the request; throws 401 when it does not prove one. */
  userOf(request: FastifyRequest): string {
    const token = request.headers['x-queue-token'];
    return this.#queue.claimsOf(typeof token === 'string' ? token : undefined).user;
  }
}
