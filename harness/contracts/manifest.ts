import Type, { type Static } from 'typebox';
import { stamp } from './run-header.ts';

/** manifest.json: written last; sha256 and size of every other file of the run folder, by path. */
export const Manifest = Type.Object(
  { ...stamp, files: Type.Record(Type.String(), Type.Object({ sha256: Type.String(), bytes: Type.Number() }, { additionalProperties: false })) },
  { additionalProperties: false },
);
export type Manifest = Static<typeof Manifest>;
