type Environment = Readonly<Record<string, string | undefined>>;

export interface Program {
  readonly path: string;
  /** undefined: it did not tell */
  readonly version: string | undefined;
}

/** What a machine has, as far as it matters. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  readonly nodeVersion: string;
  readonly isRoot: boolean;
  /** apt-get is on the PATH */
  readonly apt: boolean;
  /** node_modules is what package-lock.json says */
  readonly packagesReady: boolean;
  readonly npm: boolean;
  readonly goMinimum: string;
  /** in the cache, or on the PATH in just the pinned version */
  readonly k6Ready: boolean;
  readonly toxiproxyReady: boolean;
  readonly kafkaReady: boolean;
  /** Looked for only when something must be built. */
  readonly go: Program | undefined;
  /** Looked for only when Kafka must be fetched. */
  readonly maven: Program | undefined;
  readonly java: Program | undefined;
  readonly redis: Program | undefined;
  /** Like wrk, looked for only with `withExtras`. */
  readonly haproxy: Program | undefined;
  readonly faketime: Program | undefined;
  readonly wrk: Program | undefined;
  /** Looked for only when none is in the cache. */
  readonly k6: Program | undefined;
}

/** What this machine has. Nothing is downloaded or changed, but for the memory of versions in the cache. */
export declare function inspectMachine(env?: Environment, options?: { readonly withExtras?: boolean }): Machine;
