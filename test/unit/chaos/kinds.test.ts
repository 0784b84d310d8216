import { expect, test } from 'vitest';
import { paramsOf } from '../../../chaos/timeline.ts';
import { faultKinds } from '../../../chaos/faults/index.ts';
import { FaultSpec } from '../../../harness/contracts/experiment.ts';
import { checkAgainst } from '../../../harness/plan/yaml-file.ts';
import { examples } from '../../faults/examples/index.ts';

const kinds = [...faultKinds.values()];
const problem = (path: readonly (string | number)[], message: string) => ({ file: path.join('.'), message });

test.each(kinds.map((kind) => [kind.kind, kind] as const))('%s has a valid example for one of its targets at least', (_name, kind) => {
  const own = examples.filter(({ spec }) => spec.kind === kind.kind);
  expect(own.length).toBeGreaterThan(0);
  for (const { spec } of own) {
    expect(checkAgainst(FaultSpec, { id: 'x', at: '0s', duration: '4s', ...spec }, problem)).toEqual([]);
    expect(kind.targets).toContain(spec.target.replace(/^api-\d+$/, 'api-1'));
    expect(checkAgainst(kind.params, paramsOf(kind, spec.params), problem)).toEqual([]);
  }
});

test.each(kinds.map((kind) => [kind.kind, kind] as const))('%s has defaults for all parameters, says what each is, and refuses others', (_name, kind) => {
  expect(checkAgainst(kind.params, paramsOf(kind, undefined), problem)).toEqual([]);
  for (const schema of Object.values(kind.params.properties)) expect(schema).toHaveProperty('description');
  expect(kind.params).toMatchObject({ additionalProperties: false });
});

test('no two kinds have one name', () => {
  expect(new Set(kinds.map(({ kind }) => kind)).size).toBe(kinds.length);
});
