import { HOST } from './context.ts';

/** The ports of one broker. `advertisedPort` is its proxy's: clients use no other. */
export interface BrokerPorts {
  readonly client: number;
  readonly internal: number;
  readonly controller: number;
  readonly advertisedPort: number;
}

/** Copies of every partition, and how many must have a message before it is acknowledged with acks=all. */
export const REPLICATION_FACTOR = 3;
export const MIN_IN_SYNC_REPLICAS = 2;

/** server.properties of combined KRaft node `nodeId` (from 1). Brokers and controllers talk directly, clients through proxies. */
export function brokerProperties(nodeId: number, brokers: readonly BrokerPorts[], logDir: string): string {
  const own = brokers[nodeId - 1];
  if (!own) throw new RangeError(`no ports for broker ${nodeId}`);
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': nodeId,
    'controller.quorum.voters': brokers.map((ports, index) => `${index + 1}@${HOST}:${ports.controller}`).join(','),
    listeners: `CLIENT://${HOST}:${own.client},INTERNAL://${HOST}:${own.internal},CONTROLLER://${HOST}:${own.controller}`,
    'advertised.listeners': `CLIENT://${HOST}:${own.advertisedPort},INTERNAL://${HOST}:${own.internal}`,
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': logDir,
    'num.partitions': 3,
    'default.replication.factor': REPLICATION_FACTOR,
    'min.insync.replicas': MIN_IN_SYNC_REPLICAS,
    'offsets.topic.replication.factor': REPLICATION_FACTOR,
    'offsets.topic.num.partitions': 6,
    'transaction.state.log.replication.factor': REPLICATION_FACTOR,
    'transaction.state.log.min.isr': MIN_IN_SYNC_REPLICAS,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': false,
    // Three brokers share a small machine: fewer threads than the defaults of 3 and 8.
    'num.network.threads': 2,
    'num.io.threads': 4,
  };
  return `${Object.entries(properties).map(([name, value]) => `${name}=${value}`).join('\n')}\n`;
}

/** meta.properties of another node of the cluster, from that of a formatted one. */
export function metaPropertiesFor(nodeId: number, directoryId: string, formatted: string): string {
  return formatted.replace(/^node\.id=.*$/m, `node.id=${nodeId}`).replace(/^directory\.id=.*$/m, `directory.id=${directoryId}`);
}

/** Warnings and worse to standard output. */
export const loggingProperties = `status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %c{1}: %m%n%ex
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
`;
