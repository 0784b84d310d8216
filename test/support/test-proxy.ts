/** A way through the stack's Toxiproxy that belongs to one test file, so that breaking it disturbs nobody else. */
export interface TestProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections are refused and the open ones cut. */
  cut(): Promise<void>;
  /** Connections stay and nothing comes through any more. */
  hang(): Promise<void>;
  /** What is asked arrives and is done, and no answer comes back. */
  loseAnswers(): Promise<void>;
  /** Every answer comes so much later, ms. */
  slow(latencyMs: number): Promise<void>;
  /** As if nothing had been. */
  heal(): Promise<void>;
}

/** Opens a proxy in front of `upstream` (host:port); disposing removes it with all that was done to it. */
export async function openProxy(api: string, name: string, upstream: string): Promise<TestProxy> {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${api}${path}`, { method, signal: AbortSignal.timeout(3000), ...(body !== undefined && { body: JSON.stringify(body) }) });
    const text = await response.text();
    if (!response.ok && response.status !== 404) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const { listen } = (await call('POST', '/proxies', { name, listen: '127.0.0.1:0', upstream, enabled: true })) as { listen: string };
  const port = Number(listen.split(':').at(-1));
  const enable = (enabled: boolean): Promise<unknown> => call('POST', `/proxies/${name}`, { enabled });
  // A timeout of 0 holds all data back until the toxic is removed.
  const hold = (stream: 'upstream' | 'downstream'): Promise<unknown> => call('POST', `/proxies/${name}/toxics`, { name: `hang-${stream}`, type: 'timeout', stream, attributes: { timeout: 0 } });
  return {
    port,
    cut: async () => void (await enable(false)),
    hang: async () => void (await Promise.all([hold('upstream'), hold('downstream')])),
    loseAnswers: async () => void (await hold('downstream')),
    slow: async (latencyMs) => void (await call('POST', `/proxies/${name}/toxics`, { name: 'slow', type: 'latency', stream: 'downstream', attributes: { latency: latencyMs } })),
    async heal() {
      await Promise.all(['hang-upstream', 'hang-downstream', 'slow'].map((toxic) => call('DELETE', `/proxies/${name}/toxics/${toxic}`)));
      // Toxiproxy forgets the port of a proxy that listens on 0 when it is enabled again, so it is said again.
      await call('POST', `/proxies/${name}`, { listen: `127.0.0.1:${port}`, upstream, enabled: true });
    },
    async [Symbol.asyncDispose]() {
      await call('DELETE', `/proxies/${name}`);
    },
  };
}
