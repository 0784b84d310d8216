/** Groups of kinds, as `gatecrash list` shows them. */
export const faultFamilies = ['named', 'network', 'postgres', 'redis', 'kafka', 'process', 'machine', 'http', 'business'] as const;
export type FaultFamily = (typeof faultFamilies)[number];

/**
 * What a kind of fault declares about itself, as data. The table of all kinds is `chaos/faults/index.ts`.
 * The harness gives the world; the fault never reaches for it otherwise.
 */
export interface FaultKindInfo {
  readonly kind: string;
  readonly family: FaultFamily;
  readonly summary: string;
  /** Names of the targets it can act on, e.g. "redis". `api-1` stands for every replica. */
  readonly targets: readonly string[];
  /** What a canary must see while the fault holds; printed on the fault card. */
  readonly promise: string;
}

/** pid and start time (field 22 of /proc/PID/stat) of a process: never another one that got the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: string;
}

/** What of the payment gateway simulator's behaviour changes (service/gateway/behaviour.ts). */
export interface GatewayBehaviour {
  readonly errorShare?: number;
  readonly errorStatus?: number;
  readonly lostShare?: number;
  readonly addedLatencyMs?: number;
}

/**
 * An undo as data: it is on disk before the fault is applied, and anyone can replay it, again and again. A new way to
 * undo is one more member of this union and one more case in chaos/drivers/undo.ts.
 */
export type UndoRecord = { readonly id: string } & UndoAction;
export type UndoAction =
  | { readonly kind: 'toxiproxy-enable'; readonly api: string; readonly proxy: string }
  | { readonly kind: 'toxiproxy-remove-toxic'; readonly api: string; readonly proxy: string; readonly toxic: string }
  /** The payment gateway's simulator behaves again. */
  | { readonly kind: 'gateway-behave'; readonly api: string; readonly behaviour: GatewayBehaviour }
  /** Ends the sessions of that application name: what they hold is free. */
  | { readonly kind: 'postgres-end-sessions'; readonly url: string; readonly applicationName: string }
  /** A statement that may be executed again and again. */
  | { readonly kind: 'postgres-execute'; readonly url: string; readonly statement: string }
  /** Ends every process whose environment has GATECRASH_FAULT=mark, and so what lives only as long as they do. */
  | { readonly kind: 'processes-end'; readonly mark: string }
  /** Sends a proxy's connections there. */
  | { readonly kind: 'toxiproxy-upstream'; readonly api: string; readonly proxy: string; readonly upstream: string }
  /** Deletes the flag without which seat maps that were invalidated do not come back. */
  | { readonly kind: 'cache-heeds-invalidations'; readonly url: string; readonly flag: string }
  /** SIGCONT to a stopped process and all that it started, if it is still that one. */
  | { readonly kind: 'process-continue'; readonly process: ProcessIdentity }
  /** The clock of a process that is set by a file goes right again. */
  | { readonly kind: 'clock-right'; readonly file: string }
  /** A file of our own is removed. */
  | { readonly kind: 'file-remove'; readonly path: string }
  /** The processes in our own control group go back to where they were, and the group is removed. Paths of folders. */
  | { readonly kind: 'cgroup-remove'; readonly group: string; readonly home: string }
  /** The one who holds the stack starts it again as it was, unless it runs. */
  | { readonly kind: 'process-start'; readonly name: string; readonly supervisor?: ProcessIdentity }
  /** A supervisor that was left to itself runs again what it ran before a run came. */
  | { readonly kind: 'processes-restore'; readonly supervisor: ProcessIdentity }
  /** Cuts the connections to a Redis that have this name. */
  | { readonly kind: 'redis-kill-client'; readonly url: string; readonly client: string }
  /** Partitions have their replicas in this order again and are led by the first. */
  | { readonly kind: 'kafka-lead'; readonly brokers: readonly string[]; readonly orders: readonly { readonly topic: string; readonly partition: number; readonly replicas: readonly number[] }[] }
  /** Cuts the append-only files in this folder where the fault damaged them. */
  | { readonly kind: 'redis-aof-repair'; readonly folder: string }
  /** A Redis that was made a replica leads again. */
  | { readonly kind: 'redis-lead'; readonly url: string }
  /** Gives settings of a running Redis these values; one that is gone has lost what was set. */
  | { readonly kind: 'redis-settings'; readonly url: string; readonly settings: Readonly<Record<string, string>> };
