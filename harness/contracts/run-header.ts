import Type, { type Static } from 'typebox';

export const SCHEMA_VERSION = 1;

/** First line of every NDJSON artefact: says what the file is and of which run, so that a file from another run is noticed. */
export const RunHeader = Type.Object(
  { schemaVersion: Type.Number(), artefact: Type.String(), runId: Type.String() },
  { additionalProperties: false },
);
export type RunHeader = Static<typeof RunHeader>;

/** The fields every JSON artefact begins with. */
export const stamp = { schemaVersion: Type.Number(), runId: Type.String() };

/** An artefact of a later version says things that this one does not understand; one of an earlier version is read. */
export function newerProblem(artefact: unknown): string | undefined {
  const version = (artefact as { readonly schemaVersion?: unknown } | null)?.schemaVersion;
  return typeof version === 'number' && version > SCHEMA_VERSION ? `has schemaVersion ${version}, newer than ${SCHEMA_VERSION}: use a newer gatecrash` : undefined;
}
