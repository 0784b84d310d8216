type Environment = Readonly<Record<string, string | undefined>>;

/** A tool of a pinned version and its place in the cache. */
export interface Pin {
  readonly version: string;
  /** File, or folder of JARs. */
  readonly path: string;
  /** It is there; being renamed into place as the last step, it is whole then. */
  readonly ready: boolean;
}

export interface Pins {
  /** Oldest Go that can build them, e.g. "1.25.0". */
  readonly goMinimum: string;
  readonly k6: Pin;
  readonly toxiproxy: Pin;
  /** only for faults that need it */
  readonly disruptor: Pin;
  readonly kafka: Pin;
}

/** Folder of the committed go.mod, go.sum and kafka/pom.xml. */
export declare const toolsDir: string;
/** Versions of the tools and their places in the cache, keyed by what they are made from and for which machine. */
export declare function pins(env: Environment): Pins;
/** First 16 digits of the SHA-256 of texts. */
export declare function hashOf(...texts: readonly string[]): string;
