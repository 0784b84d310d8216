import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Problem } from '../domain/problem.ts';
import { SlidingWindow } from '../domain/sliding-window.ts';

const windowMs = 60_000;
/** How many addresses with a wrong key are remembered. */
const strangersMax = 1000;

/**
 * The key of operations, and a rate limit of their own: in this process, so that it holds without Redis. An address that
 * guesses is refused before its key is looked at, and takes nothing from whoever has the key.
 */
export class AdminGuard {
  readonly #key: Buffer | undefined;
  readonly #ratePerMinute: number;
  readonly #allowed: SlidingWindow;
  readonly #strangers = new LRUCache<string, SlidingWindow>({ max: strangersMax });

  /** Without a key nobody gets in. */
  constructor({ adminKey, adminRatePerMinute }: { readonly adminKey: string | undefined; readonly adminRatePerMinute: number }) {
    this.#key = adminKey === undefined ? undefined : digest(adminKey);
    this.#ratePerMinute = adminRatePerMinute;
    this.#allowed = new SlidingWindow(adminRatePerMinute, windowMs);
  }

  /** Lets the request pass, or throws 401, 403 or 429. */
  check(request: FastifyRequest): void {
    if (!this.#key) throw new Problem(403, 'ADMIN_OFF', 'operations are switched off here: ADMIN_KEY is not set');
    const nowMs = performance.now();
    const stranger = this.#strangers.get(request.ip);
    refuseWhile(stranger?.waitMs(nowMs) ?? 0);
    if (!timingSafeEqual(digest(keyOf(request)), this.#key)) {
      const wrong = stranger ?? new SlidingWindow(this.#ratePerMinute, windowMs);
      wrong.pass(nowMs);
      this.#strangers.set(request.ip, wrong);
      throw new Problem(401, 'ADMIN_KEY_INVALID', 'the key of operations is missing or wrong');
    }
    refuseWhile(this.#allowed.waitMs(nowMs));
    this.#allowed.pass(nowMs);
  }
}

function keyOf(request: FastifyRequest): string {
  const own = request.headers['x-admin-key'];
  if (typeof own === 'string') return own;
  return /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

/** Of one length, whatever is sent: comparing takes the same time for all. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function refuseWhile(waitMs: number): void {
  if (waitMs > 0) throw new Problem(429, 'ADMIN_RATE_LIMIT', 'too many requests of operations within a minute', { retryable: true, retryAfterSeconds: Math.ceil(waitMs / 1000) });
}
