import type { Bus } from '../contracts/bus.ts';
import type { ResourceRow } from '../contracts/resources.ts';
import type { Stack } from '../stack/api.ts';
import type { ProcessHandle, Supervisor } from '../supervisor/api.ts';
import { clockAheadMs, machineRow, readMachineFiles } from './machine.ts';
import { readProcess, readProcesses } from './proc.ts';
import { parseMetrics } from './prometheus.ts';
import { redisGauges, toxiproxyGauges } from './servers.ts';
import { Sampler } from './sampler.ts';
import type { Watched } from './usage.ts';
import { isWatched } from './watched.ts';

/** Less than a second: the answer to one reading is over before the next begins. */
const SCRAPE_TIMEOUT_MS = 900;

export interface ResourcesOptions {
  readonly bus: Bus;
  readonly stack: Stack;
  readonly supervisor: Supervisor;
  /** The load generators that were started; asked anew for each reading. */
  generators(): readonly ProcessHandle[];
  /** Metrics of the service to keep beside those that always are. */
  readonly alsoWatched: readonly string[];
}

/**
 * Reads once a second, in the middle of it, what every process uses and what the service, Redis and Toxiproxy say about themselves, and emits
 * it as `resource` until it is disposed. What cannot be read is left out: a row, a field, or a whole second when the
 * harness was too busy. Never throws.
 */
export function startResources({ bus, stack, supervisor, generators, alsoWatched }: ResourcesOptions): Disposable {
  const also = new Set(alsoWatched);
  const sampler = new Sampler();
  const over = new AbortController();
  const alone = [
    { name: 'harness', pid: process.pid },
    { name: 'supervisor', pid: supervisor.pid },
  ].map(({ name, pid }): Watched => ({ name, pid, startTicks: readProcess(pid)?.startTicks ?? '', family: false }));
  let lastSecond: number | undefined;
  let timer: NodeJS.Timeout;

  const read = async (second: number): Promise<void> => {
    const asked = new Map<string, Promise<Readonly<Record<string, number>> | undefined>>([
      ...stack.urls.service.map(({ name, url }) => [name, scrape(new URL('/metrics', url), also, over.signal)] as const),
      ['toxiproxy', toxiproxyGauges(stack.toxiproxyApi, stack.proxies, AbortSignal.any([over.signal, AbortSignal.timeout(SCRAPE_TIMEOUT_MS)]))],
      ['redis', redisGauges(stack.urls.redisDirect, SCRAPE_TIMEOUT_MS)],
    ]);
    const components = stack.components().flatMap(({ name, handle }): Watched[] => (handle ? [{ name, pid: handle.pid, startTicks: handle.startTicks, family: true }] : []));
    const loaders = generators().map(({ name, pid, startTicks }): Watched => ({ name, pid, startTicks, family: true }));
    const rows = sampler.rows(second, [...components, ...loaders, ...alone], readProcesses());
    for (const row of [...rows, machineRow(second, readMachineFiles(), clockAheadMs())]) if (!asked.has(row.process)) bus.emit('resource', row);
    for (const [name, answer] of asked) {
      const gauges = await answer;
      if (over.signal.aborted) return;
      const row = withGauges(second, name, rows.find(({ process }) => process === name), gauges);
      if (row) bus.emit('resource', row);
    }
  };
  const tick = (): void => {
    const second = Math.floor(Date.now() / 1000);
    if (second !== lastSecond) void read(second); // A timer may be early: one reading a second.
    lastSecond = second;
    timer = setTimeout(tick, msToNextMiddle(Date.now()));
  };
  timer = setTimeout(tick, msToNextMiddle(Date.now()));
  return {
    [Symbol.dispose]: () => {
      over.abort();
      clearTimeout(timer);
    },
  };
}

/** From `nowMs` to the middle of the next second, or of this one when it is still to come: timers may be late by nearly half a second. */
export function msToNextMiddle(nowMs: number): number {
  return 1000 - ((nowMs + 500) % 1000);
}

function withGauges(second: number, process: string, row: ResourceRow | undefined, gauges: Readonly<Record<string, number>> | undefined): ResourceRow | undefined {
  if (gauges === undefined) return row;
  return { ...(row ?? { second, process }), gauges: { ...gauges } };
}

/** undefined when the service does not answer in time, or not with metrics. */
async function scrape(url: URL, also: ReadonlySet<string>, signal: AbortSignal): Promise<Record<string, number> | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(SCRAPE_TIMEOUT_MS)]) });
    const text = await response.text();
    return response.ok ? parseMetrics(text, (name) => isWatched(name, also)) : undefined;
  } catch {
    return undefined;
  }
}
