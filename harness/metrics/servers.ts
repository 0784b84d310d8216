import { readProxies } from '../../chaos/drivers/toxiproxy.ts';
import { redisInfo } from '../targets/ticketing/wire.ts';

/** Figures of the servers around the service, as rows of resources.ndjson name them; the last two are by `proxy`, the target it is in front of. */
export const serverGauges = { redisOps: 'redis_ops_per_second', proxyEnabled: 'toxiproxy_proxy_enabled', proxyToxics: 'toxiproxy_proxy_toxics' } as const;

type Gauges = Readonly<Record<string, number>>;

/** Which proxies are open, and how many toxics each has. undefined when Toxiproxy does not answer in time. */
export async function toxiproxyGauges(api: string, targets: Readonly<Record<string, { readonly name: string }>>, signal: AbortSignal): Promise<Gauges | undefined> {
  try {
    const proxies = await readProxies(api, signal);
    const known = Object.entries(targets).flatMap(([target, { name }]) => (proxies[name] ? [{ target, ...proxies[name] }] : []));
    return Object.fromEntries(known.flatMap(({ target, enabled, toxics }) => [[`${serverGauges.proxyEnabled}{proxy="${target}"}`, enabled ? 1 : 0] as const, [`${serverGauges.proxyToxics}{proxy="${target}"}`, toxics.length] as const]));
  } catch {
    return undefined;
  }
}

/** Commands a second, as Redis counts them itself: those of the service, and a few of ours. Asked past the proxy. undefined when it does not answer in time. */
export async function redisGauges(url: string, deadlineMs: number): Promise<Gauges | undefined> {
  try {
    const ops = Number(/^instantaneous_ops_per_sec:(\d+)/m.exec(await redisInfo(url, 'stats', deadlineMs))?.[1] ?? Number.NaN);
    return Number.isFinite(ops) ? { [serverGauges.redisOps]: ops } : undefined;
  } catch {
    return undefined;
  }
}
