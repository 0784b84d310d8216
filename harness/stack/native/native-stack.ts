import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Component, ServiceOptions, Stack } from '../api.ts';
import { HOST } from './context.ts';
import type { NativeContext } from './context.ts';
import { readDurableSettings } from './durable-settings.ts';
import type { Layout } from './layout.ts';
import { postgresUrl } from './postgres.ts';
import { startApi, startGateway } from './service.ts';
import { toxiproxyApi } from './toxiproxy.ts';

export const TEMPLATE_DATABASE = 'gatecrash_template';

/** The servers on this machine, as a Stack. */
export class NativeStack implements Stack {
  readonly kind = 'native';
  readonly toxiproxyApi: string;
  readonly proxies: Stack['proxies'];
  readonly urls: Stack['urls'];
  readonly templateDatabase = TEMPLATE_DATABASE;
  readonly #context: NativeContext;
  readonly #layout: Layout;
  readonly #components: Map<string, Component>;
  readonly #up: (component: Component) => void;
  readonly #tokenSecret = randomBytes(32).toString('hex');
  #starts = 0;

  constructor(context: NativeContext, layout: Layout, components: Map<string, Component>, up: (component: Component) => void) {
    this.#context = context;
    this.#layout = layout;
    this.#components = components;
    this.#up = up;
    this.toxiproxyApi = toxiproxyApi(layout.toxiproxy);
    this.proxies = Object.fromEntries(layout.routes.map(({ name, listenPort }) => [name, { name, port: listenPort }]));
    this.urls = {
      api: `http://${HOST}:${this.#proxyPort('api')}`,
      apiDirect: `http://${HOST}:${layout.api}`,
      gatewayDirect: `http://${HOST}:${layout.gateway}`,
      redisDirect: `redis://${HOST}:${layout.redis}`,
      redisProxied: `redis://${HOST}:${this.#proxyPort('redis')}`,
      postgresDirect: (database) => postgresUrl(layout.postgres, database),
      postgresProxied: (database) => postgresUrl(this.#proxyPort('postgres'), database),
      kafkaBrokers: layout.brokers.map((broker) => `${HOST}:${broker.advertisedPort}`),
    };
  }

  components(): readonly Component[] {
    return [...this.#components.values()];
  }

  durableSettings(): Promise<Readonly<Record<string, string>>> {
    return readDurableSettings(this.#layout.postgres, this.#layout.brokers.map((broker) => broker.advertisedPort));
  }

  async startService(options: ServiceOptions): Promise<void> {
    await Promise.all(['api', 'gateway'].map((name) => this.#context.supervisor.stop(name)));
    this.#starts++;
    const ledgerFile = join(this.#context.dataDir, `gateway-ledger-${this.#starts}.ndjson`);
    const gateway = await startGateway(this.#context, options.serviceDir, this.#layout.gateway, ledgerFile);
    this.#up({ name: 'gateway', directPort: this.#layout.gateway, proxyPort: this.#proxyPort('gateway'), ...gateway });
    const api = await startApi(this.#context, options, {
      port: this.#layout.api,
      url: this.urls.api,
      databaseUrl: this.urls.postgresProxied(options.database),
      redisUrl: this.urls.redisProxied,
      kafkaBrokers: this.urls.kafkaBrokers,
      gatewayUrl: `http://${HOST}:${this.#proxyPort('gateway')}`,
      tokenSecret: this.#tokenSecret,
    });
    this.#up({ name: 'api', directPort: this.#layout.api, proxyPort: this.#proxyPort('api'), ...api });
  }

  #proxyPort(name: string): number {
    const port = this.proxies[name]?.port;
    if (port === undefined) throw new Error(`no proxy called ${name}`);
    return port;
  }
}
