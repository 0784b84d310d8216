import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type from 'typebox';
import { setClock } from '../../drivers/clock.ts';
import type { Sign } from '../../signs.ts';
import type { Canary, FaultWorld } from '../../world.ts';
import { faultKind } from '../fault.ts';

const DEADLINE_MS = 700;
/** A Date header has no parts of a second, and the clock is read anew each second. */
const TOLERANCE_SECONDS = 3;
/** A process counts how long it runs only when its modules are loaded. */
const START_SECONDS_MAX = 20;
/** sysconf(_SC_CLK_TCK): 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const READ_EVERY_MS = 1000;

const clockOf = (world: FaultWorld, target: string): string => {
  if (world.clockFolder === undefined) throw new Error('the stack was started with the clocks of the machine');
  return join(world.clockFolder, target);
};

const urlOf = ({ addresses }: FaultWorld, target: string): string => {
  const url = addresses.service.find(({ name }) => name === target)?.url;
  if (url === undefined) throw new Error(`${target} is no process of the service`);
  return url;
};

/** The clock of one process goes wrong by an offset; intervals it measures stay right, as when a clock is set. */
export const clockSkew = faultKind({
  kind: 'clock-skew',
  family: 'machine',
  summary: 'the clock of a process jumps by an offset (libfaketime), and back when the fault ends',
  targets: ['api', 'api-1'],
  promise: 'the Date of its answers is off by the offset',
  params: Type.Object(
    { offsetSeconds: Type.Union([Type.Integer({ minimum: 60, maximum: 86_400 }), Type.Integer({ minimum: -86_400, maximum: -60 })], { default: 120, description: 'How far off, in seconds, at least a minute; below 0: it is late.' }) },
    { additionalProperties: false },
  ),
  stackNeeds: ['faketime'],
  undo: ({ target }, world) => [{ kind: 'clock-right', file: clockOf(world, target) }],
  apply: ({ target, params }, world) => setClock(clockOf(world, target), params.offsetSeconds),
  canary: ({ target }, world) => dateCanary(`${urlOf(world, target)}/health/live`),
  holds: (probe, { params }) => probe.detail !== undefined && Math.abs(Number.parseFloat(probe.detail) - params.offsetSeconds) <= TOLERANCE_SECONDS,
  sign: ({ target, params }, world) => uptimeIsWrong(world, target, Math.abs(params.offsetSeconds) - START_SECONDS_MAX),
});

/** By how many seconds the Date of an answer is ahead of our clock. */
const dateCanary = (url: string): Canary => ({
  async probe() {
    const startedMs = performance.now();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS), headers: { connection: 'close' } });
      const aheadSeconds = (Date.parse(response.headers.get('date') ?? '') - Date.now()) / 1000;
      await response.arrayBuffer();
      return { ok: response.ok && Number.isFinite(aheadSeconds), latencyMs: performance.now() - startedMs, detail: `${aheadSeconds.toFixed(1)} s ahead` };
    } catch (error) {
      return { ok: false, latencyMs: performance.now() - startedMs, detail: (error as Error).name };
    }
  },
  close: () => undefined,
});

/** How long the process says it has run, against what the kernel says. */
function uptimeIsWrong(world: FaultWorld, target: string, boundSeconds: number): Sign {
  let last: { readonly atMs: number; readonly value: number } | undefined;
  return {
    what: `seconds by which the uptime that ${target} tells differs from the kernel's`,
    rule: { reaches: boundSeconds },
    async read() {
      if (last && performance.now() - last.atMs < READ_EVERY_MS) return last.value;
      const response = await fetch(`${urlOf(world, target)}/admin/status`, { headers: { 'x-admin-key': world.adminKey, connection: 'close' }, signal: AbortSignal.timeout(2000) });
      const { uptimeSeconds } = (await response.json()) as { uptimeSeconds?: number };
      if (uptimeSeconds === undefined) return null;
      const value = Math.abs(uptimeSeconds - ranSeconds(world.processes.find(target).startTicks));
      last = { atMs: performance.now(), value };
      return value;
    },
  };
}

const ranSeconds = (startTicks: string): number => Number.parseFloat(readFileSync('/proc/uptime', 'utf8')) - Number(startTicks) / TICKS_PER_SECOND;
