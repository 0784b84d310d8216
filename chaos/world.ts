import type { ProcessIdentity } from '../harness/contracts/fault.ts';

/** What one look at a target came to. `detail` says why it failed, or what was seen beside the time. */
export interface Probe {
  readonly ok: boolean;
  readonly latencyMs: number;
  readonly detail?: string;
}

/** Our own look at a target, on the path that the service uses. */
export interface Canary {
  /** Never throws, never takes longer than a second or so. */
  probe(): Promise<Probe>;
  close(): void;
}

/** How long the standard canary of a target waits, ms: so short that a target that never answers is still looked at more often than once a second. */
export const canaryDeadlineMs = (target: string): number => (target === 'redis' ? 300 : 700);

/** Where everything listens. `direct` ones are past the proxies: for acting on a server, never for looking at a fault of its path. */
export interface Addresses {
  readonly redisDirect: string;
  /** the database of this run */
  readonly postgresDirect: string;
  readonly postgresProxied: string;
  readonly kafkaBrokers: readonly string[];
  readonly gatewayDirect: string;
  /** where users reach the api */
  readonly api: string;
  /** every process of the service, past all proxies */
  readonly service: readonly { readonly name: string; readonly url: string }[];
  /** HAProxy's own page; only with replicas */
  readonly balancer?: string;
}

/** The processes of the stack by name: api (or api-1 …, worker, consumer), haproxy, gateway, redis, postgres, broker-1 … toxiproxy. */
export interface Processes {
  /** Throws when it does not run. */
  find(name: string): ProcessIdentity;
  runs(name: string): boolean;
  /** Sends a signal to its group. An end that it causes is part of the plan. */
  signal(name: string, signal: NodeJS.Signals): Promise<void>;
  /** The next end of it is part of the plan, whatever ends it (the kernel for lack of memory, itself on an order over its port); of one that has ended: the end after its next start. */
  expectEnd(name: string): Promise<void>;
  /** Starts one that has ended as it was started before; nothing when it runs. Resolves when it was spawned, not when it is ready. */
  start(name: string): Promise<void>;
  /** Ends it in its planned way and resolves when it is gone; it is not started again by itself. */
  stop(name: string): Promise<void>;
  /** A helper process of a fault, ended with the run at the latest. Its log goes to the run folder. */
  run(spec: { readonly name: string; readonly command: string; readonly args: readonly string[]; readonly env?: Readonly<Record<string, string>> }): Promise<ProcessIdentity>;
}

/** A figure that the service publishes at /metrics. */
export interface MetricQuery {
  readonly name: string;
  /** Only series with these labels; a list: any of these values. */
  readonly labels?: Readonly<Record<string, string | readonly string[]>>;
  /** How several processes, and several series of one, are put together. Counters: sum; levels: sum or max. */
  readonly combine: 'sum' | 'max';
  /** Only of these processes; default: all. */
  readonly processes?: readonly string[];
}

/** The part of the world a fault may act on and look at. */
export interface FaultWorld {
  readonly toxiproxyApi: string;
  /** The Toxiproxy proxy in front of a target; throws when there is none. */
  proxyOf(target: string): { readonly name: string; readonly port: number };
  readonly addresses: Addresses;
  readonly topicPrefix: string;
  /** For the service's own operations routes (header X-Admin-Key). */
  readonly adminKey: string;
  readonly processes: Processes;
  /**
   * The standard canary of a target, through its proxy: PING, SELECT 1, ApiVersions, GET /health. With `payloadBytes` the
   * question is longer by so many, and the answer, too, of redis and postgres.
   */
  canary(target: string, payloadBytes?: number): Canary;
  /** A reader of a figure of the service; null while it cannot be told. Counters go on when a process begins again from 0. */
  metric(query: MetricQuery): () => Promise<number | null>;
  /** What the users (k6) have seen so far, a second or two late. */
  readonly users: {
    /** requests without any answer: refused, cut, timed out */
    unanswered(): number;
    /** bad requests: 5xx, undocumented, unanswered */
    bad(): number;
    /** median latency of the last second that is complete, ms; null when nothing was answered in it */
    medianMs(): number | null;
    /** the same of the 95th percentile */
    p95Ms(): number | null;
  };
  /** Programs that set-up has built for faults, by name; throws when there is none. */
  tool(name: string): string;
  /** Where the run's database lies on a small disk of its own; only with the stack need `small-disk`. */
  readonly smallDisk?: string;
  /** How far the clock of each process of the service is off, a file each; only with the stack need `faketime`. */
  readonly clockFolder?: string;
  /** Folder for short-lived files; removed with the run. */
  readonly workDir: string;
}
