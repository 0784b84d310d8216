import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { UsageError } from '../contracts/fail.ts';
import { stateDirOf } from '../setup/paths.mjs';
import { readJson } from '../store/json.ts';

const strict = { additionalProperties: false };
const text = Type.String();

const port = Type.Number();
/** Every port of the stack, as harness/stack/native/layout.ts laid it out. */
const Layout = Type.Object(
  {
    toxiproxy: port,
    postgres: port,
    redis: port,
    gateway: port,
    api: port,
    service: Type.Array(Type.Object({ name: text, roles: text, port }, strict)),
    haproxyStats: Type.Optional(port),
    brokers: Type.Array(Type.Object({ client: port, internal: port, controller: port, advertisedPort: port }, strict)),
    routes: Type.Array(Type.Object({ name: text, listenPort: port, upstreamPort: port }, strict)),
  },
  strict,
);

/** up.json in the state folder: the stack that `gatecrash up` has left running. */
export const UpFile = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    supervisor: Type.Object({ pid: Type.Number(), startTicks: text }, strict),
    startedAtMs: Type.Number({ description: 'epoch milliseconds' }),
    logDir: text,
    replicas: Type.Number(),
    adminKey: text,
    /** Settings of the service that differ from what is shipped. */
    settings: Type.Record(text, text),
    dataset: Type.Object({ database: text, schedules: Type.Array(text), seatsPerSchedule: Type.Number(), priceKrw: Type.Number() }, strict),
    layout: Layout,
    /** By what it is: api, docs, metrics of each process, postgres, redis, kafka … */
    urls: Type.Record(text, text),
    components: Type.Array(
      Type.Object({ name: text, version: text, directPort: Type.Optional(Type.Number()), proxyPort: Type.Optional(Type.Number()), healthUrl: Type.Optional(text) }, strict),
    ),
  },
  strict,
);
export type UpFile = Static<typeof UpFile>;

export const upFilePath = (env: NodeJS.ProcessEnv = process.env): string => join(stateDirOf(env), 'up.json');

/** undefined when nothing was left running; a UsageError when the file is not one of ours. */
export async function readUpFile(path: string = upFilePath()): Promise<UpFile | undefined> {
  const read = await readJson(path, UpFile);
  if (read.ok) return read.value;
  if (read.problem === 'is missing') return undefined;
  throw new UsageError([{ file: path, message: read.problem, fix: `end what it names by "npx gatecrash recover", then remove it` }]);
}

/** Whole or not at all, and for its owner only: the admin key is in it. */
export function writeUpFile(up: UpFile, path: string = upFilePath()): void {
  const partial = `${path}.partial`;
  writeFileSync(partial, `${JSON.stringify(up, null, 1)}\n`, { mode: 0o600 });
  chmodSync(partial, 0o600);
  renameSync(partial, path);
}
