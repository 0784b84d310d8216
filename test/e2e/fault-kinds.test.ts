import { beforeAll, expect, test } from 'vitest';
import { examples } from '../faults/examples/index.ts';
import { bitAndWent, neverBit, playAll, type Played } from '../faults/play.ts';

/** One of each way to break something; all of them are played by `npm run evidence:faults`. */
const sample = examples.filter(({ inTests }) => inTests);
const played = new Map<string, Played>();
const nameOf = ({ spec: { kind, target } }: (typeof examples)[number]): string => `${kind} on ${target}`;

beforeAll(() => playAll(sample, (one) => void played.set(nameOf(one.example), one)), 240_000);

test.each(sample.map((example) => [nameOf(example)]))('%s bites and goes, both seen by two witnesses', (name) => {
  expect(played.get(name)).toMatchObject({ edges: bitAndWent });
});

test.each(sample.map((example) => [nameOf(example)]))('%s that does nothing is not verified', (name) => {
  expect(played.get(name)).toMatchObject({ idleEdges: neverBit });
});
