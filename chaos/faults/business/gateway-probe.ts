import { randomUUID } from 'node:crypto';
import type { Canary, FaultWorld, Probe } from '../../world.ts';

const DEADLINE_MS = 1000;

/** What became of one order that moves no money. */
export interface Tried {
  /** HTTP status; "cut": the connection ended without an answer; "late": no answer within 1 s. */
  readonly answer: number | 'cut' | 'late' | string;
  /** whether the gateway says afterwards that it was booked; only of those that were cut */
  readonly booked: boolean;
}

/**
 * Orders of our own at the gateway, through its proxy, in the book that is nobody's. The gateway picks a share evenly
 * and not by chance, so ⌈1 / share⌉ orders in one look always show it. `judge` says what the whole look has shown.
 */
export function gatewayCanary(world: FaultWorld, share: number, judge: (tried: readonly Tried[]) => Pick<Probe, 'ok' | 'detail'>): Canary {
  const url = `http://127.0.0.1:${world.proxyOf('gateway').port}/probe/charges`;
  const count = Math.ceil(1 / share);
  return {
    async probe() {
      const startedMs = performance.now();
      const tried = await Promise.all(Array.from({ length: count }, () => order(url)));
      return { ...judge(tried), latencyMs: performance.now() - startedMs };
    },
    close() {},
  };
}

async function order(url: string): Promise<Tried> {
  const chargeId = `probe-${randomUUID()}`;
  const answer = await send(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ chargeId, amount: 1000 }) });
  return { answer, booked: answer === 'cut' && (await send(`${url}/${chargeId}`)) === 200 };
}

/** A connection of its own for each: a kept one that was closed meanwhile would look like one that was cut. */
async function send(url: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Tried['answer']> {
  try {
    const response = await fetch(url, { ...init, headers: { ...init.headers, connection: 'close' }, signal: AbortSignal.timeout(DEADLINE_MS) });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    if (name === 'TimeoutError') return 'late';
    return cause?.code === 'UND_ERR_SOCKET' || cause?.code === 'ECONNRESET' ? 'cut' : (cause?.code ?? name);
  }
}

/** How many got which answer, as text: "201: 3, 503: 1". */
export function answersOf(tried: readonly Tried[]): string {
  const counts = Map.groupBy(tried, ({ answer, booked }) => (booked ? `${answer} after booking` : String(answer)));
  return [...counts].map(([answer, all]) => `${answer}: ${all.length}`).join(', ');
}
