import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';

/** Below the range from which the kernel takes ports for outgoing connections (32768 and up by default). */
const FIRST_PORT = 10_000;
const BLOCK_SIZE = 50;
const BLOCKS = 440;
const ATTEMPTS = 60;

/**
 * Hands out free ports of 127.0.0.1 from a block of its own. The block's first port is kept open as a guard as long as
 * this object is: two stacks that start at the same moment would otherwise find the same ports free.
 */
export class Ports implements Disposable {
  readonly #guard: Server;
  readonly #last: number;
  #next: number;

  private constructor(guard: Server, firstPort: number) {
    this.#guard = guard;
    this.#next = firstPort + 1;
    this.#last = firstPort + BLOCK_SIZE - 1;
  }

  /** Takes a block at random; rejects when none of 60 was free. */
  static async take(random: () => number = Math.random): Promise<Ports> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const firstPort = FIRST_PORT + BLOCK_SIZE * Math.floor(random() * BLOCKS);
      const guard = await listen(firstPort);
      if (guard) return new Ports(guard.unref(), firstPort);
    }
    throw new Error(`no free block of ports on 127.0.0.1 between ${FIRST_PORT} and ${FIRST_PORT + BLOCK_SIZE * BLOCKS - 1} (${ATTEMPTS} tried)`);
  }

  /** The next port of the block on which nothing listens. */
  async next(): Promise<number> {
    while (this.#next <= this.#last) {
      const port = this.#next++;
      const server = await listen(port);
      if (!server) continue;
      server.close();
      await once(server, 'close');
      return port;
    }
    throw new Error('the block of ports is used up');
  }

  /** Holds the block; whoever keeps it beyond this object is given it. */
  get guard(): Server {
    return this.#guard;
  }

  [Symbol.dispose](): void {
    this.#guard.close();
  }
}

async function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  try {
    await once(server.listen({ port, host: '127.0.0.1', exclusive: true }), 'listening');
    return server;
  } catch {
    return undefined;
  }
}
