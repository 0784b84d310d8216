import { Toxiproxy } from 'toxiproxy-node-client';

/** The client has no timeout of its own; every call gets this one. */
const CALL_TIMEOUT_MS = 3000;

/** A change that Toxiproxy refused, did not answer, or did not carry out. */
export class ToxiproxyFailure extends Error {
  constructor(what: string, cause: unknown) {
    super(`toxiproxy: ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'ToxiproxyFailure';
  }
}

/** Opens or cuts a proxy (a cut one refuses connects and has closed every connection). Read back; idempotent. */
export async function setProxyEnabled(api: string, name: string, enabled: boolean): Promise<void> {
  const proxy = await call(`look up proxy ${name}`, new Toxiproxy(api).get(name));
  if (proxy.enabled === enabled) return;
  await call(`${enabled ? 'enable' : 'disable'} ${name}`, proxy.update({ enabled, listen: proxy.listen, upstream: proxy.upstream }));
  const after = await call(`read back ${name}`, new Toxiproxy(api).get(name));
  if (after.enabled !== enabled) throw new ToxiproxyFailure(`${name} is still ${after.enabled ? 'enabled' : 'disabled'}`, 'the change had no effect');
}

async function call<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CALL_TIMEOUT_MS} ms`)), CALL_TIMEOUT_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } catch (error) {
    throw new ToxiproxyFailure(what, error);
  } finally {
    clearTimeout(timer);
  }
}
