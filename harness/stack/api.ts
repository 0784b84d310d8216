import type { ProcessHandle } from '../supervisor/api.ts';

export interface Component {
  readonly name: string;
  readonly version: string;
  readonly handle?: ProcessHandle;
  readonly directPort?: number;
  /** Toxiproxy's listening port in front of it */
  readonly proxyPort?: number;
  readonly readyMs?: number;
}

export interface ServiceOptions {
  /** Name of the database cloned for this run. */
  readonly database: string;
  readonly topicPrefix: string;
  /** Settings that differ from what is shipped; NODE_ENV is production. */
  readonly settings: Readonly<Record<string, string>>;
  /** Folder of the service's code; the mutants give a patched copy. */
  readonly serviceDir: string;
  /** Existing folder for the logs of gateway and service; default: that of the stack. */
  readonly logDir?: string;
}

/**
 * Servers that are up, whoever started them. All of the service's dependencies, and the api itself, are reached
 * through Toxiproxy; the `direct` addresses are for the harness (seed, ledger), never for the service.
 */
export interface Stack {
  readonly kind: 'native' | 'docker' | 'external';
  /** Everything that runs, the service included once it was started. */
  components(): readonly Component[];
  /** fsync, synchronous_commit, full_page_writes, replication factor …, read back from the servers. */
  durableSettings(): Promise<Readonly<Record<string, string>>>;
  readonly toxiproxyApi: string;
  /** Name of the Toxiproxy proxy in front of a target: postgres, redis, broker-1…3, gateway, api. */
  readonly proxies: Readonly<Record<string, { readonly name: string; readonly port: number }>>;
  readonly urls: {
    /** through Toxiproxy, and HAProxy when there are replicas: what k6 and the health probe use */
    readonly api: string;
    readonly gatewayDirect: string;
    readonly redisDirect: string;
    readonly redisProxied: string;
    /** "postgresql://…/NAME" for a database name */
    postgresDirect(database: string): string;
    postgresProxied(database: string): string;
    /** Every process of the service past all proxies, where it answers for its own health and metrics. */
    readonly service: readonly { readonly name: string; readonly url: string }[];
    /** HAProxy's own page; only with replicas */
    readonly balancer?: string;
    /** advertised listeners, through Toxiproxy: the only ones Kafka clients can use */
    readonly kafkaBrokers: readonly string[];
  };
  /** A disk of its own for the databases of the runs; only when a fault needs to fill it. */
  readonly smallDisk?: { readonly folder: string; readonly tablespace: string };
  /** How far the clock of each process of the service is off, a file each; only when a fault needs to set one wrong. */
  readonly clockFolder?: string;
  /** Database that is migrated, empty, and cloned for each run. */
  readonly templateDatabase: string;
  /** (Re)starts gateway and service with these options and waits until /health/ready answers; the pids change. */
  startService(options: ServiceOptions): Promise<void>;
  /** Ends gateway and service in the planned way; their logs are then complete. */
  stopService(): Promise<void>;
}
