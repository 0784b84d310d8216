import { Toxiproxy } from 'toxiproxy-node-client';

/** The client's own HTTP has no timeout. */
const CALL_TIMEOUT_MS = 3000;

/** A change that Toxiproxy refused, did not answer, or did not carry out. */
export class ToxiproxyFailure extends Error {
  constructor(what: string, cause: unknown) {
    super(`toxiproxy: ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'ToxiproxyFailure';
  }
}

/** A toxic; its toxicity is always 1, for it is rolled per connection and would prove nothing otherwise. */
export interface Toxic {
  readonly name: string;
  readonly type: 'latency' | 'bandwidth' | 'timeout' | 'reset_peer' | 'slicer' | 'limit_data' | 'slow_close';
  /** downstream: to the client; upstream: to the server */
  readonly stream: 'downstream' | 'upstream';
  readonly attributes: Readonly<Record<string, number>>;
}

/** Opens or cuts a proxy (a cut one refuses connects and has closed every connection). Read back; idempotent. */
export function setProxyEnabled(api: string, name: string, enabled: boolean): Promise<void> {
  return during(`${enabled ? 'enable' : 'disable'} ${name}`, async () => {
    const proxy = await clientOf(api).get(name);
    if (proxy.enabled === enabled) return;
    await proxy.update({ enabled, listen: proxy.listen, upstream: proxy.upstream });
    const after = await clientOf(api).get(name);
    if (after.enabled !== enabled) throw new Error(`the change had no effect: it is still ${after.enabled ? 'enabled' : 'disabled'}`);
  });
}

/** What Toxiproxy says of a proxy. */
export interface ProxyState {
  readonly enabled: boolean;
  readonly toxics: readonly { readonly name: string }[];
}

/** All proxies by name. Throws what `fetch` throws, and when it does not answer well. */
export async function readProxies(api: string, signal: AbortSignal): Promise<Readonly<Record<string, ProxyState>>> {
  const response = await fetch(new URL('/proxies', api), { signal });
  if (!response.ok) throw new Error(`GET /proxies: ${response.status}`);
  return (await response.json()) as Record<string, ProxyState>;
}

/** Where a proxy sends what it gets, "host:port". */
export function upstreamOf(api: string, name: string): Promise<string> {
  return during(`look up ${name}`, async () => (await clientOf(api).get(name)).upstream);
}

/** Sends what a proxy gets to another place; open connections are closed. Read back; idempotent. */
export function setUpstream(api: string, name: string, upstream: string): Promise<void> {
  return during(`send ${name} to ${upstream}`, async () => {
    const proxy = await clientOf(api).get(name);
    if (proxy.upstream === upstream) return;
    await proxy.update({ enabled: proxy.enabled, listen: proxy.listen, upstream });
    const after = await clientOf(api).get(name);
    if (after.upstream !== upstream) throw new Error(`the change had no effect: it is still ${after.upstream}`);
  });
}

/** Adds a toxic, or changes the one of that name. Read back; idempotent. */
export function setToxic(api: string, proxyName: string, { name, type, stream, attributes }: Toxic): Promise<void> {
  return during(`toxic ${name} on ${proxyName}`, async () => {
    const proxy = await clientOf(api).get(proxyName);
    const known = await absentIsNull(proxy.getToxic<Toxic['attributes']>(name));
    if (known) await known.update({ name, type, stream, toxicity: 1, attributes });
    else await proxy.addToxic({ name, type, stream, toxicity: 1, attributes });
    const after = await proxy.getToxic<Record<string, number>>(name);
    if (Object.entries(attributes).some(([key, value]) => after.attributes[key] !== value)) throw new Error(`the change had no effect: it reads back as ${JSON.stringify(after.attributes)}`);
  });
}

/** Removes a toxic; one that is not there is no error. Read back. */
export function removeToxic(api: string, proxyName: string, name: string): Promise<void> {
  return during(`remove toxic ${name} of ${proxyName}`, async () => {
    const proxy = await clientOf(api).get(proxyName);
    const known = await absentIsNull(proxy.getToxic(name));
    if (!known) return;
    await absentIsNull(known.remove());
    if (await absentIsNull(proxy.getToxic(name))) throw new Error('the change had no effect: it is still there');
  });
}

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, text: string) {
    super(`${status} ${text}`);
    this.status = status;
  }
}

/** The client over HTTP of our own: with a timeout, and with the text of Toxiproxy's refusals, which the client's drops. */
function clientOf(host: string): Toxiproxy {
  const client = new Toxiproxy(host);
  client.api = Object.assign(client.api, {
    get: async (url: string) => ({ data: await send('GET', url) }),
    post: async (url: string, body?: unknown) => ({ data: await send('POST', url, body) }),
    delete: async (url: string) => void (await send('DELETE', url)),
  });
  return client;
}

async function send(method: string, url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, { method, signal: AbortSignal.timeout(CALL_TIMEOUT_MS), ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Refusal(response.status, text.trim());
  return text === '' ? undefined : JSON.parse(text);
}

const absentIsNull = <T>(promise: Promise<T>): Promise<T | null> =>
  promise.catch((error: unknown) => {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  });

async function during<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ToxiproxyFailure(what, error);
  }
}
