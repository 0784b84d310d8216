import type { BrokerPorts } from './kafka-config.ts';
import type { Ports } from './ports.ts';
import type { Route } from './toxiproxy.ts';

/** Every port of a native stack. */
export interface Layout {
  readonly toxiproxy: number;
  readonly postgres: number;
  readonly redis: number;
  readonly gateway: number;
  readonly api: number;
  readonly brokers: readonly BrokerPorts[];
  /** The proxies in front: name, own port, port behind. */
  readonly routes: readonly Route[];
}

/** Takes all ports of a stack; brokers 1 to 3 are called kafka-1 to kafka-3. */
export async function layOut(ports: Ports): Promise<Layout> {
  const toxiproxy = await ports.next();
  const direct = { postgres: await ports.next(), redis: await ports.next(), gateway: await ports.next(), api: await ports.next() };
  const routes: Route[] = [];
  for (const [name, upstreamPort] of Object.entries(direct)) routes.push({ name, listenPort: await ports.next(), upstreamPort });
  const brokers: BrokerPorts[] = [];
  for (let nodeId = 1; nodeId <= 3; nodeId++) {
    const broker = { client: await ports.next(), internal: await ports.next(), controller: await ports.next(), advertisedPort: await ports.next() };
    brokers.push(broker);
    routes.push({ name: `kafka-${nodeId}`, listenPort: broker.advertisedPort, upstreamPort: broker.client });
  }
  return { toxiproxy, ...direct, brokers, routes };
}
