import { UsageError } from '../contracts/fail.ts';
import { ensureFaketime, ensureHaproxy, ensureRedis } from './debian.ts';
import { ensureDisruptor, ensureK6, ensureToxiproxy } from './go-tools.ts';
import { ensureKafka, kafkaClasspath } from './kafka-jars.ts';
import { inspectMachine } from './machine.mjs';
import type { Program } from './machine.mjs';
import type { Progress } from './make-once.ts';
import { fileOnPath } from './paths.mjs';
import { pins } from './pins.mjs';
import { ensurePostgres } from './postgres.ts';
import type { PostgresTools } from './postgres.ts';
import type { Topology } from '../contracts/plan.ts';
import { missingLines } from './requirements.mjs';

/** Everything the native stack and the load need that is not an npm package. Paths are absolute. */
export interface Tools {
  /** k6 of the pinned version */
  readonly k6: string;
  /** Toxiproxy's server */
  readonly toxiproxy: string;
  /** For `java -cp`: every JAR of the broker. */
  readonly kafkaClasspath: string;
  readonly java: string;
  readonly redisServer: string;
  /** Only when it was asked for. */
  readonly haproxy?: Program;
  /** libfaketime; only when it was asked for. */
  readonly faketime?: string;
  /** The agent of xk6-disruptor; only when it was asked for. */
  readonly disruptor?: string;
  readonly postgres: PostgresTools;
  readonly versions: Readonly<Record<ToolName, string>>;
}

export type ToolName = 'k6' | 'toxiproxy' | 'kafka' | 'java' | 'redis' | 'postgres' | 'node';

/** What only some runs need. */
export interface ExtraTools {
  /** for a service of several replicas, and for faults of single paths */
  readonly haproxy?: boolean;
  /** for clocks that are set wrong */
  readonly faketime?: boolean;
  /** for faults of HTTP */
  readonly disruptor?: boolean;
}

/** What a stack of this shape needs. */
export const extraToolsOf = ({ replicas, extras }: Pick<Topology, 'replicas' | 'extras'>): ExtraTools => ({
  haproxy: replicas > 1 || extras.includes('disruptor'),
  disruptor: extras.includes('disruptor'),
  faketime: extras.includes('faketime'),
});

/**
 * Makes sure that all tools are there: fetches and builds side by side what is missing, into the cache. Silent when all
 * is there. Throws a UsageError with everything the machine lacks before anything is fetched.
 */
export async function ensureTools(progress: Progress, extra: ExtraTools = {}): Promise<Tools> {
  const machine = inspectMachine(process.env);
  const missing = missingLines(machine);
  if (missing.length > 0 || !machine.java) throw new UsageError(missing.map((message) => ({ message })));
  const { java } = machine;
  const { k6, toxiproxy, kafka, disruptor } = pins(process.env);
  if (extra.disruptor && !disruptor.ready && fileOnPath('go', process.env) === undefined) throw new UsageError([{ message: 'Go is needed for building the xk6-disruptor agent, and it is not on the PATH', fix: 'install Go: https://go.dev/dl' }]);
  const k6OnPath = machine.k6?.version === k6.version ? machine.k6.path : undefined;
  const [redis, haproxy, faketime, postgres] = await Promise.all([
    ensureRedis(machine.redis, progress),
    extra.haproxy ? ensureHaproxy(progress) : undefined,
    extra.faketime ? ensureFaketime(progress) : undefined,
    ensurePostgres(),
    ensureToxiproxy(toxiproxy, progress),
    ensureKafka(kafka, java.path, progress),
    k6OnPath === undefined ? ensureK6(k6, progress) : undefined,
    extra.disruptor ? ensureDisruptor(disruptor, progress) : undefined,
  ]);
  return {
    k6: k6OnPath ?? k6.path,
    toxiproxy: toxiproxy.path,
    kafkaClasspath: kafkaClasspath(kafka),
    java: java.path,
    redisServer: redis.path,
    ...(haproxy && { haproxy }),
    ...(faketime !== undefined && { faketime }),
    ...(extra.disruptor && { disruptor: disruptor.path }),
    postgres,
    versions: {
      k6: k6.version,
      toxiproxy: toxiproxy.version,
      kafka: kafka.version,
      java: java.version ?? 'unknown',
      redis: redis.version ?? 'unknown',
      postgres: postgres.version,
      node: process.versions.node,
    },
  };
}
