import { Redis } from 'ioredis';

const enterScript = `
if redis.call('ZADD', KEYS[1], 'NX', redis.call('INCR', KEYS[2]), ARGV[1]) == 0 then redis.call('DECR', KEYS[2]) end
return redis.call('ZRANK', KEYS[1], ARGV[1])`;

/** The other design: who waits is in a sorted set of Redis and nowhere else; a position is a rank. */
export class SortedSetQueue implements AsyncDisposable {
  readonly #client: Redis;
  readonly #key: string;

  constructor(url: string, keyPrefix: string) {
    this.#client = new Redis(url, { keyPrefix });
    this.#key = 'sorted-set';
    this.#client.defineCommand('enterQueue', { numberOfKeys: 2, lua: enterScript });
  }

  enter(user: string): Promise<number> {
    return (this.#client as Redis & { enterQueue(set: string, counter: string, user: string): Promise<number> }).enterQueue(this.#key, `${this.#key}:last`, user);
  }

  position(user: string): Promise<number | null> {
    return this.#client.zrank(this.#key, user);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.quit();
  }
}
