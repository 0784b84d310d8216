import type { Metrics } from '../metrics/metrics.ts';
import { remainingMs } from '../request-scope.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { createGuard, type Guard } from './breaker.ts';

/** The gateway's word: the money moved, or it did not and will not. */
export type GatewayWord = 'APPROVED' | 'DECLINED';
/** UNKNOWN: no answer in time. The money may or may not have moved; only asking tells. */
export type GatewayAnswer = GatewayWord | 'UNKNOWN';

/** What the gateway is to do with a card's money (KRW), under an id of ours: asked for twice, it is done once. */
export type GatewayOrder =
  | { readonly kind: 'charge'; readonly id: string; readonly amount: number }
  /** gives back what the charge `chargeId` took */
  | { readonly kind: 'refund'; readonly id: string; readonly amount: number; readonly chargeId: string };

export interface GatewaySettings {
  readonly url: string;
  readonly timeoutMs: number;
  readonly breakerResetMs: number;
}

/** A gateway that is asked late, because something else was slow, still has this long before it counts as failed. */
const leastMs = 500;

/** The external payment gateway. An order is idempotent by its id. */
export class GatewayClient {
  readonly #settings: GatewaySettings;
  readonly #guard: Guard;
  readonly #tracing: Tracing;
  readonly #metrics: Metrics;

  constructor(settings: GatewaySettings, metrics: Metrics, tracing: Tracing) {
    this.#settings = settings;
    this.#tracing = tracing;
    this.#metrics = metrics;
    this.#guard = createGuard('gateway', settings.breakerResetMs, metrics);
  }

  /** Asks for it, and not longer than until `deadlineMs` (epoch). Never rejects: what is not known is UNKNOWN. */
  async carryOut(order: GatewayOrder, deadlineMs = Infinity): Promise<GatewayAnswer> {
    if (remainingMs() === 0) return 'UNKNOWN';
    try {
      const status = await this.#guard.run(() => this.#post(order, deadlineMs));
      return status === 201 ? 'APPROVED' : 'DECLINED';
    } catch {
      return 'UNKNOWN';
    }
  }

  /** What became of an order; undefined when the gateway has never heard of it. Rejects when it cannot be asked. */
  lookUp({ kind, id }: GatewayOrder): Promise<GatewayWord | undefined> {
    return this.#guard.run(async () => {
      const response = await this.#fetch(`/${kind}s/${encodeURIComponent(id)}`, this.#settings.timeoutMs);
      if (response.status === 404) return undefined;
      const body = (await response.json()) as { status: string };
      return body.status === 'APPROVED' ? 'APPROVED' : 'DECLINED';
    });
  }

  close(): void {
    this.#guard.close();
  }

  async #post(order: GatewayOrder, deadlineMs: number): Promise<number> {
    const timeoutMs = Math.min(this.#settings.timeoutMs, Math.max(leastMs, deadlineMs - Date.now()));
    const { kind, id, amount } = order;
    const response = await this.#fetch(`/${kind}s`, timeoutMs, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order.kind === 'charge' ? { chargeId: id, amount } : { refundId: id, chargeId: order.chargeId, amount }),
    });
    return response.status;
  }

  /** Whether asking would be refused without being tried. */
  get isOpen(): boolean {
    return this.#guard.isOpen;
  }

  /** A 5xx, a time-out or "too many" says nothing about the order, so it counts as no answer. The body is read, or the connection would not be free again. */
  #fetch(path: string, timeoutMs: number, init: RequestInit & { readonly headers?: Record<string, string> } = {}): Promise<{ status: number; json: () => unknown }> {
    return this.#tracing.span(`gateway ${init.method ?? 'GET'}`, 'client', { 'peer.service': 'gateway', 'url.path': path }, async () => {
      const { traceparent } = this.#tracing;
      const headers = { ...init.headers, ...(traceparent !== undefined && { traceparent }) };
      const stop = this.#metrics.gatewayDuration.startTimer();
      const { status, text } = await fetch(new URL(path, this.#settings.url), { ...init, headers, signal: AbortSignal.timeout(timeoutMs) })
        .then(async (response) => ({ status: response.status, text: await response.text() }))
        .finally(stop);
      if (status >= 500 || status === 408 || status === 429) throw new Error(`gateway answered ${status}`);
      return { status, json: () => JSON.parse(text) as unknown };
    });
  }
}
