import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LedgerPass } from '../../../harness/audit/check-ledger.ts';
import { by, type LedgerInvariant, rowsOf } from '../../../harness/audit/invariants/invariant.ts';
import { LedgerFiles } from '../../../harness/audit/ledger-files.ts';
import { type JoinName, ledgerJoins, ledgerSteps } from '../../../harness/audit/ledger-joins.ts';
import { Spill } from '../../../harness/audit/spill.ts';
import { type LedgerName, ledgerNames } from '../../../harness/contracts/ledger.ts';
import { FaultWindows } from '../../../harness/metrics/fault-windows.ts';
import { writeWorld } from '../../support/audit-world.ts';
import { fixturePlan, fixtureRunId } from '../../support/fixtures.ts';
import { healthyWorld } from './healthy.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'gatecrash-test-pass-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function findingsOf(invariants: readonly LedgerInvariant[]) {
  using spill = new Spill();
  writeWorld(healthyWorld(), dir);
  const pass = new LedgerPass(invariants, new LedgerFiles(dir, fixtureRunId, spill), { plan: fixturePlan(), faults: () => new FaultWindows() });
  for (const step of pass.steps()) step();
  return pass.findings();
}

const sidesOf = (name: JoinName) => Object.entries(ledgerJoins[name]) as [LedgerName, { readonly rowsOf: unknown }][];

test('every file is read by a step, and before the joins that need it in another order', () => {
  const read = new Set<LedgerName>(['snapshot']);
  for (const step of ledgerSteps) {
    if ('file' in step) read.add(step.file);
    else if ('sweep' in step) read.add('places');
    else for (const [file, { rowsOf: derived }] of sidesOf(step.join)) if (derived !== null) expect([...read]).toContain(file);
    if ('join' in step) for (const [file] of sidesOf(step.join)) read.add(file);
  }
  expect([...read].toSorted()).toEqual(ledgerNames.toSorted());
});

test('an invariant that throws is unchecked, and the others go on', () => {
  const invariant = (id: string, start: LedgerInvariant['start']): LedgerInvariant => ({ id, title: id, start });
  const broken = (): never => {
    throw new Error('lost its way');
  };
  const findings = findingsOf([
    invariant('throws at a row', (tally) => ({ watches: [rowsOf('wallets', () => (tally.checked > 1 ? broken() : tally.look()))] })),
    invariant('throws at a group', () => ({ watches: [by('payment', ['payments'], broken)] })),
    invariant('throws at the end', (tally) => ({ watches: [rowsOf('wallets', () => tally.look())], finish: broken })),
    invariant('goes on', (tally) => ({ watches: [by('payment', ['payments'], () => tally.look()), rowsOf('wallets', () => tally.look())] })),
  ]);
  expect(findings.map(({ id, status, checked }) => [id, status, checked])).toEqual([
    ['throws at a row', 'unchecked', 2],
    ['throws at a group', 'unchecked', 0],
    ['throws at the end', 'unchecked', 6],
    ['goes on', 'held', 10],
  ]);
  expect(findings[0]?.why).toBe('the check failed: lost its way');
});
