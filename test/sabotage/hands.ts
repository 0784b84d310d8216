import { setTimeout as sleep } from 'node:timers/promises';
import { setProxyEnabled } from '../../chaos/drivers/toxiproxy.ts';
import type { Stack } from '../../harness/stack/api.ts';
import { processes } from '../support/cli.ts';
import type { Scene } from './case.ts';

const POLL_MS = 5;
const DEADLINE_MS = 5000;

/** A signal from outside, of which the harness knows nothing, to a server or a process of the service. */
export function signalComponent({ stack }: Pick<Scene, 'stack'>, name: string, signal: NodeJS.Signals): void {
  const handle = stack.components().find((component) => component.name === name)?.handle;
  if (!handle) throw new Error(`no ${name} to send ${signal}`);
  process.kill(handle.pid, signal);
}

/** The same to k6. */
export function signalK6({ runDir }: Pick<Scene, 'runDir'>, signal: NodeJS.Signals): void {
  const k6 = processes().find(({ command }) => command.includes('/k6 run ') && command.includes(runDir));
  if (!k6) throw new Error(`no k6 to send ${signal}`);
  process.kill(k6.pid, signal);
}

/** As soon as a proxy is as the harness has just made it, makes it the contrary. */
export async function contradict({ toxiproxyApi, proxies }: Stack, target: string, enabled: boolean): Promise<void> {
  const name = proxies[target]?.name ?? '';
  for (const deadlineMs = Date.now() + DEADLINE_MS; Date.now() < deadlineMs; await sleep(POLL_MS)) {
    const proxy = (await (await fetch(`${toxiproxyApi}/proxies/${name}`)).json()) as { enabled: boolean };
    if (proxy.enabled !== enabled) return setProxyEnabled(toxiproxyApi, name, enabled);
  }
  throw new Error(`${name} was never ${enabled ? 'closed' : 'opened'}`);
}
