import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import pLimit from 'p-limit';
import { ConcurrencyCap } from '../protection/concurrency-cap.ts';
import type { Metrics } from '../metrics/metrics.ts';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const hashBytes = 32;
/** 16 MiB each: memory is what makes guessing dear. */
const [blocks, blockSize] = [2 ** 14, 8];
/** So many wait for each that is worked on; whoever comes on top would not be answered in time. */
const waitingPerWorker = 4;

/**
 * Passwords as scrypt hashes. They are made in Node's thread pool, a few at a time: a storm of logins gets 503 and
 * neither blocks the event loop nor takes the whole pool.
 */
export class Passwords {
  readonly #rounds: number;
  readonly #cap: ConcurrencyCap;
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #nobodys: string;

  /** `rounds` is scrypt's p: the time of each hash grows with it, its memory does not. */
  constructor(rounds: number, atOnce: number, metrics: Metrics) {
    this.#rounds = rounds;
    this.#limit = pLimit(atOnce);
    this.#cap = new ConcurrencyCap(atOnce * (1 + waitingPerWorker), 'passwords', metrics);
    this.#nobodys = text(rounds, randomBytes(16), randomBytes(hashBytes));
  }

  /** What to store. Throws 503 when too many are at it. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    return text(this.#rounds, salt, await this.#derive(password, salt, this.#rounds));
  }

  /** Whether this is the password of what was stored; for a user who is not there it takes as long and is false. */
  async matches(password: string, stored: string | undefined): Promise<boolean> {
    const [, rounds = '', salt = '', hash = ''] = (stored ?? this.#nobodys).split('$');
    const same = timingSafeEqual(await this.#derive(password, Buffer.from(salt, 'base64url'), Number(rounds)), Buffer.from(hash, 'base64url'));
    return same && stored !== undefined;
  }

  /** The same characters are the same password, however a keyboard composes them. */
  #derive(password: string, salt: Buffer, rounds: number): Promise<Buffer> {
    return this.#cap.run(() => this.#limit(() => derive(password.normalize('NFKC'), salt, hashBytes, { N: blocks, r: blockSize, p: rounds })));
  }
}

const text = (rounds: number, salt: Buffer, hash: Buffer): string => ['scrypt', rounds, salt.toString('base64url'), hash.toString('base64url')].join('$');
