import { serviceProcesses, type ServiceProcess } from '../../contracts/service-processes.ts';
import type { BrokerPorts } from './kafka-config.ts';
import type { Ports } from './ports.ts';
import type { Route } from './toxiproxy.ts';

/** Every port of a native stack. */
export interface Layout {
  readonly toxiproxy: number;
  readonly postgres: number;
  readonly redis: number;
  readonly gateway: number;
  /** what is behind the api's proxy: the service itself, or HAProxy */
  readonly api: number;
  readonly service: readonly (ServiceProcess & { readonly port: number })[];
  /** Only when a fault needs it: where traces go. */
  readonly collector?: number;
  /** Only with replicas: HAProxy's own page. */
  readonly haproxyStats?: number;
  readonly brokers: readonly BrokerPorts[];
  /** The proxies in front: name, own port, port behind. */
  readonly routes: readonly Route[];
}

export interface LayoutOptions {
  /** Processes that answer requests. */
  readonly replicas: number;
  /** Whether there is a collector of traces. */
  readonly collector?: boolean;
  /** Where users reach the api, when that is not left to chance. */
  readonly apiPort?: number;
}

/** Takes all ports of a stack; brokers 1 to 3 are called broker-1 to broker-3. */
export async function layOut(ports: Ports, { replicas, collector = false, apiPort }: LayoutOptions): Promise<Layout> {
  const next = async (): Promise<number> => {
    const port = await ports.next();
    return port === apiPort ? next() : port;
  };
  const toxiproxy = await next();
  const direct = { postgres: await next(), redis: await next(), gateway: await next(), api: await next(), ...(collector && { collector: await next() }) };
  const routes: Route[] = [];
  for (const [name, upstreamPort] of Object.entries(direct)) routes.push({ name, listenPort: name === 'api' && apiPort ? apiPort : await next(), upstreamPort });
  const brokers: BrokerPorts[] = [];
  for (let nodeId = 1; nodeId <= 3; nodeId++) {
    const broker = { client: await next(), internal: await next(), controller: await next(), advertisedPort: await next() };
    brokers.push(broker);
    routes.push({ name: `broker-${nodeId}`, listenPort: broker.advertisedPort, upstreamPort: broker.client });
  }
  if (replicas === 1) return { toxiproxy, ...direct, service: serviceProcesses(1).map((one) => ({ ...one, port: direct.api })), brokers, routes };
  const service: Layout['service'][number][] = [];
  for (const one of serviceProcesses(replicas)) service.push({ ...one, port: await next() });
  return { toxiproxy, ...direct, service, haproxyStats: await next(), brokers, routes };
}
