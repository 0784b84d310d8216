import { expect, test } from 'vitest';
import { assertMachineCan, type Ability } from '../../../harness/run/machine-needs.ts';
import { UsageError } from '../../../harness/contracts/fail.ts';
import type { MachineNeed } from '../../../chaos/faults/fault.ts';

const can: Ability = () => undefined;
const able: Readonly<Record<MachineNeed, Ability>> = { root: can, 'cgroup-cpu': can, 'cgroup-memory': can, mount: can, 'network-namespace': can };
const faults = [{ id: 'slow', kind: 'cpu' }, { id: 'lost', kind: 'redis-down' }, { id: 'full', kind: 'memory' }];

test('faults that a machine can make are let through', () => {
  expect(() => assertMachineCan(faults, able)).not.toThrow();
});

test('faults that it cannot make are refused together, each with its name, its kind and what it needs', () => {
  const poor = { ...able, 'cgroup-cpu': () => 'root', 'cgroup-memory': () => 'a cgroup that limits memory' };
  let refusal: unknown;
  try {
    assertMachineCan(faults, poor);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toBeInstanceOf(UsageError);
  expect((refusal as UsageError).problems.map(({ key, message }) => `${key}: ${message}`)).toEqual(['fault slow: cpu needs root', 'fault full: memory needs a cgroup that limits memory']);
});

test('nothing is asked of the machine for faults that need nothing', () => {
  const never: Ability = () => {
    throw new Error('asked');
  };
  expect(() => assertMachineCan([{ id: 'lost', kind: 'redis-down' }], { root: never, 'cgroup-cpu': never, 'cgroup-memory': never, mount: never, 'network-namespace': never })).not.toThrow();
});
