import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Component, ServiceOptions, Stack } from '../api.ts';
import { HOST } from './context.ts';
import type { NativeContext } from './context.ts';
import { readDurableSettings } from './durable-settings.ts';
import { startHaproxy } from './haproxy.ts';
import type { Layout } from './layout.ts';
import { postgresUrl } from './postgres.ts';
import { clockFolderOf, startCollector, startGateway, startServiceProcess, waitUntilReady } from './service.ts';
import type { SmallDisk } from './small-disk.ts';
import { toxiproxyApi } from './toxiproxy.ts';

export const TEMPLATE_DATABASE = 'gatecrash_template';

/** The servers on this machine, as a Stack. */
export class NativeStack implements Stack {
  readonly kind = 'native';
  readonly toxiproxyApi: string;
  readonly proxies: Stack['proxies'];
  readonly urls: Stack['urls'];
  readonly templateDatabase = TEMPLATE_DATABASE;
  readonly smallDisk?: SmallDisk;
  readonly clockFolder?: string;
  readonly #context: NativeContext;
  readonly layout: Layout;
  readonly #components: Map<string, Component>;
  readonly #up: (component: Component) => void;
  readonly #tokenSecret = randomBytes(32).toString('hex');

  constructor(context: NativeContext, layout: Layout, components: Map<string, Component>, up: (component: Component) => void, smallDisk?: SmallDisk) {
    this.#context = context;
    this.layout = layout;
    this.#components = components;
    this.#up = up;
    if (smallDisk) this.smallDisk = smallDisk;
    if (context.topology.extras.includes('faketime')) this.clockFolder = clockFolderOf(context);
    this.toxiproxyApi = toxiproxyApi(layout.toxiproxy);
    this.proxies = Object.fromEntries(layout.routes.map(({ name, listenPort }) => [name, { name, port: listenPort }]));
    this.urls = {
      api: `http://${HOST}:${this.#proxyPort('api')}`,
      gatewayDirect: `http://${HOST}:${layout.gateway}`,
      redisDirect: `redis://${HOST}:${layout.redis}`,
      redisProxied: `redis://${HOST}:${this.#proxyPort('redis')}`,
      postgresDirect: (database) => postgresUrl(layout.postgres, database),
      postgresProxied: (database) => postgresUrl(this.#proxyPort('postgres'), database),
      service: layout.service.map(({ name, port }) => ({ name, url: `http://${HOST}:${port}` })),
      ...(layout.haproxyStats !== undefined && { balancer: `http://${HOST}:${layout.haproxyStats}` }),
      kafkaBrokers: layout.brokers.map((broker) => `${HOST}:${broker.advertisedPort}`),
    };
    context.supervisor.onRestart(({ handle }) => {
      const component = components.get(handle.name);
      if (component) components.set(handle.name, { ...component, handle });
    });
  }

  components(): readonly Component[] {
    return [...this.#components.values()];
  }

  durableSettings(): Promise<Readonly<Record<string, string>>> {
    return readDurableSettings(this.layout.postgres, this.layout.brokers.map((broker) => broker.advertisedPort));
  }

  async startService(options: ServiceOptions): Promise<void> {
    await this.stopService();
    const context = { ...this.#context, logDir: options.logDir ?? this.#context.logDir };
    const ledgerFile = join(this.#context.dataDir, `gateway-ledger-${options.database}.ndjson`);
    const gateway = await startGateway(context, options.serviceDir, this.layout.gateway, ledgerFile);
    this.#up({ name: 'gateway', directPort: this.layout.gateway, proxyPort: this.#proxyPort('gateway'), ...gateway });
    await this.#startHaproxyOnce();
    await this.#startCollectorOnce();
    const addresses = {
      databaseUrl: this.urls.postgresProxied(options.database),
      redisUrl: this.urls.redisProxied,
      kafkaBrokers: this.urls.kafkaBrokers,
      gatewayUrl: `http://${HOST}:${this.#proxyPort('gateway')}`,
      tokenSecret: this.#tokenSecret,
      ...(this.layout.collector !== undefined && { tracesUrl: `http://${HOST}:${this.#proxyPort('collector')}/v1/traces` }),
    };
    await Promise.all(
      this.layout.service.map(async ({ name, roles, port }) => {
        const started = await startServiceProcess(context, options, addresses, { name, roles, port, readyUrl: `http://${HOST}:${port}/health/ready` });
        this.#up({ name, directPort: port, ...(name === 'api' && { proxyPort: this.#proxyPort('api') }), ...started });
      }),
    );
    await waitUntilReady('api', `${this.urls.api}/health/ready`);
  }

  async stopService(): Promise<void> {
    await Promise.all([...this.layout.service.map(({ name }) => name), 'gateway'].map((name) => this.#context.supervisor.stop(name)));
  }

  async #startHaproxyOnce(): Promise<void> {
    const { api, haproxyStats, service } = this.layout;
    if (haproxyStats === undefined || this.#components.has('haproxy')) return;
    const replicas = service.filter(({ roles }) => roles.includes('api'));
    const started = await startHaproxy(this.#context, { listenPort: api, statsPort: haproxyStats, replicas });
    this.#up({ name: 'haproxy', directPort: api, proxyPort: this.#proxyPort('api'), ...started });
  }

  async #startCollectorOnce(): Promise<void> {
    const { collector } = this.layout;
    if (collector === undefined || this.#components.has('collector')) return;
    this.#up({ name: 'collector', directPort: collector, proxyPort: this.#proxyPort('collector'), ...(await startCollector(this.#context, collector)) });
  }

  #proxyPort(name: string): number {
    const port = this.proxies[name]?.port;
    if (port === undefined) throw new Error(`no proxy called ${name}`);
    return port;
  }
}
