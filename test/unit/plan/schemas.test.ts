import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { Experiment } from '../../../harness/contracts/experiment.ts';
import { SlaFile } from '../../../harness/contracts/sla.ts';
import { Suite } from '../../../harness/contracts/suite.ts';

const root = resolve(import.meta.dirname, '../../..');

/** What a file that extends another leaves out may be said there. */
const { required, ...rest } = Experiment;
const editorsExperiment = { ...rest, anyOf: [{ required: ['extends'] }, { required }] };

test.each([
  ['chaos/experiments/experiment.schema.json', editorsExperiment],
  ['reports/sla.schema.json', SlaFile],
  ['chaos/suites/suite.schema.json', Suite],
])('%s, which editors read, is the schema the reader uses (UPDATE_GOLDEN=1 writes it)', (path, schema) => {
  const text = `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema }, null, 2)}\n`;
  if (process.env['UPDATE_GOLDEN']) writeFileSync(resolve(root, path), text);
  expect(readFileSync(resolve(root, path), 'utf8')).toBe(text);
});
