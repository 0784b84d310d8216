import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { stateDirOf } from '../setup/paths.mjs';
import type { ProcessHandle } from '../supervisor/api.ts';
import { isAlive } from '../../chaos/drivers/proc.ts';
import { readState } from '../supervisor/state.ts';
import type { UpFile } from './up-file.ts';

const TIMEOUT_MS = 2000;
/** USER_HZ, the unit of start times in /proc. */
const TICKS_PER_SECOND = 100;

export interface ComponentStatus {
  readonly name: string;
  readonly version: string;
  readonly pid: number | null;
  readonly port: number | null;
  /** Toxiproxy's, in front of it */
  readonly proxyPort: number | null;
  readonly uptimeSeconds: number | null;
  readonly ok: boolean;
  /** what it says about itself, or what is wrong */
  readonly health: string;
}

/** Looks at everything that `up` has left running, as it is now; restarts have other pids than those of the beginning. */
export async function lookAtUp(up: UpFile): Promise<ComponentStatus[]> {
  const handles = handlesOf(up);
  const supervisor = { name: 'supervisor', ...up.supervisor };
  const components = await Promise.all(up.components.map((component) => lookAt(component, handles.get(component.name))));
  return [...components, { name: 'supervisor', version: '', pid: supervisor.pid, port: null, proxyPort: null, ...life(supervisor) }];
}

/** The supervisor writes down whatever it starts; a dead one's last word still stands until it is recovered. */
export function handlesOf({ supervisor }: UpFile): Map<string, ProcessHandle> {
  try {
    const { processes } = readState(join(stateDirOf(process.env), `${supervisor.pid}-${supervisor.startTicks}.ndjson`));
    return new Map(processes.map(({ handle }) => [handle.name, handle]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
}

async function lookAt({ name, version, directPort, proxyPort, healthUrl }: UpFile['components'][number], handle: ProcessHandle | undefined): Promise<ComponentStatus> {
  const ports = { port: directPort ?? null, proxyPort: proxyPort ?? null };
  if (handle === undefined || !isAlive(handle)) return { name, version, pid: null, ...ports, uptimeSeconds: null, ok: false, health: 'does not run' };
  const answer = healthUrl === undefined ? await reach(directPort ?? 0) : await ask(healthUrl);
  return { name, version, pid: handle.pid, ...ports, uptimeSeconds: uptimeSeconds(handle), ...answer };
}

function life(handle: ProcessHandle): Pick<ComponentStatus, 'uptimeSeconds' | 'ok' | 'health'> {
  return isAlive(handle) ? { uptimeSeconds: uptimeSeconds(handle), ok: true, health: 'runs' } : { uptimeSeconds: null, ok: false, health: 'does not run' };
}

function uptimeSeconds({ startTicks }: ProcessHandle): number {
  const [sinceBoot = '0'] = readFileSync('/proc/uptime', 'utf8').split(' ');
  return Math.max(0, Math.round(Number(sinceBoot) - Number(startTicks) / TICKS_PER_SECOND));
}

type Answer = Pick<ComponentStatus, 'ok' | 'health'>;

async function ask(url: string): Promise<Answer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = (await response.json().catch(() => ({}))) as { status?: string };
    return { ok: response.ok, health: body.status ?? String(response.status) };
  } catch (error) {
    return { ok: false, health: (error as { cause?: NodeJS.ErrnoException }).cause?.code ?? (error as Error).message };
  }
}

async function reach(port: number): Promise<Answer> {
  const socket = connect({ port, host: '127.0.0.1', timeout: TIMEOUT_MS });
  socket.once('timeout', () => socket.destroy(new Error('no answer')));
  try {
    await once(socket, 'connect');
    return { ok: true, health: 'answers' };
  } catch (error) {
    return { ok: false, health: (error as NodeJS.ErrnoException).code ?? (error as Error).message };
  } finally {
    socket.destroy();
  }
}
