import { connect, type Socket } from 'node:net';
import type { Canary, FaultWorld, Probe } from '../world.ts';

/** Short enough that a process that never answers is still looked at more often than once a second. */
const DEADLINE_MS = 700;

/** A look at one process by the port it listens on itself, past everything that could answer for it; servers by their standard canary, for nothing but a proxy is in between. */
export function processCanary(world: FaultWorld, target: string): Canary {
  const url = ownUrl(world, target);
  return url === undefined ? world.canary(target) : { probe: () => lookAt(url), close: () => undefined };
}

/**
 * The same look, together with a connection that is held open between two looks: an end that is over before the next
 * look has still cut it.
 */
export function watchfulCanary(world: FaultWorld, target: string): Canary {
  const canary = processCanary(world, target);
  const url = ownUrl(world, target);
  const held = new HeldConnection(url === undefined ? world.proxyOf(target).port : Number(new URL(url).port));
  return {
    async probe() {
      const probe = await canary.probe();
      return held.wasCut() ? { ...probe, ok: false, detail: probe.detail ?? 'an open connection was cut' } : probe;
    },
    close() {
      canary.close();
      held.close();
    },
  };
}

function ownUrl({ addresses }: FaultWorld, target: string): string | undefined {
  if (target === 'gateway') return `${addresses.gatewayDirect}/health`;
  if (target === 'haproxy') return addresses.balancer;
  const process = addresses.service.find(({ name }) => name === target);
  return process && `${process.url}/health/live`;
}

async function lookAt(url: string): Promise<Probe> {
  const startedMs = performance.now();
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS), headers: { connection: 'close' } });
    await response.arrayBuffer();
    return { ok: response.ok, latencyMs: performance.now() - startedMs, detail: `answered ${response.status}` };
  } catch (error) {
    const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    return { ok: false, latencyMs: performance.now() - startedMs, detail: cause?.code ?? name };
  }
}

/** Servers close a connection on which nothing is said after 10 s (HAProxy) at the soonest; ours is renewed before. */
const RENEW_AFTER_MS = 5000;

class HeldConnection {
  readonly #port: number;
  #socket: Socket | undefined;
  #openedMs = 0;
  #cut = false;

  constructor(port: number) {
    this.#port = port;
    this.#open();
  }

  /** Whether an open connection has ended since the last call without our doing. */
  wasCut(): boolean {
    const cut = this.#cut;
    this.#cut = false;
    if (this.#socket === undefined || performance.now() - this.#openedMs > RENEW_AFTER_MS) this.#open();
    return cut;
  }

  close(): void {
    const old = this.#socket;
    this.#socket = undefined;
    old?.destroy();
  }

  #open(): void {
    this.close();
    const socket = connect(this.#port, '127.0.0.1');
    let opened = false;
    this.#socket = socket;
    this.#openedMs = performance.now();
    socket.once('connect', () => (opened = true));
    socket.on('error', () => undefined); // Its end is told by 'close'.
    socket.resume();
    socket.once('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#cut ||= opened;
    });
  }
}
