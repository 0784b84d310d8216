/** The brokers of a stack by name; each is a controller of the quorum, too. */
export const brokers = ['broker-1', 'broker-2', 'broker-3'] as const;

/** The node id of a broker. */
export const nodeIdOf = (broker: string): number => Number(broker.slice('broker-'.length));
