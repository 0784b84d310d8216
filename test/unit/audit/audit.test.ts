import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { Findings } from '../../../harness/contracts/findings.ts';
import { healthyWorld } from './healthy.ts';
import { fixturePlan } from '../../support/fixtures.ts';
import { at, auditOf, cut, findingOf, idsWith, overwrite, say } from '../../support/audit-world.ts';

test('a healthy run, with timeouts, refusals and retries in it, holds every invariant', async () => {
  const findings = await auditOf(healthyWorld());
  expect(findings.findings.filter(({ status }) => status !== 'held')).toEqual([]);
  expect(findings.findings).toHaveLength(35);
  expect(findings.defects).toEqual([]);
  expect(Value.Check(Findings, findings)).toBe(true);
});

test('the coverage counts what was told, what was looked up, what is unknown, and payments inside a fault once', async () => {
  const { coverage } = await auditOf(healthyWorld());
  expect(coverage).toEqual({ acknowledged: 19, acknowledgedChecked: 19, unknown: 6, historyComplete: true, seatsSold: 4, payments: 4, paymentsInFault: 2, paymentsDelivered: 4, doubleSales: 0 });
});

test('a payment that is answered twice inside a fault is one payment', async () => {
  const world = healthyWorld();
  say(world, { op: 'pay', user: 'u1', key: 'u1-pay', reservation: 'r-000001', amount: 50_000, tMs: at(44) }, { outcome: 'ok', payment: 'p-000001' });
  expect((await auditOf(world)).coverage.paymentsInFault).toBe(2);
});

test('an acknowledgement without an id lowers the share that was looked up', async () => {
  const world = healthyWorld();
  say(world, { op: 'pay', user: 'u1', key: 'u1-pay', reservation: 'r-000001', amount: 50_000 }, { outcome: 'ok' });
  expect((await auditOf(world)).coverage).toMatchObject({ acknowledged: 20, acknowledgedChecked: 19 });
});

test('in threads of their own both halves find the same, of a broken run, too', async () => {
  const spoiled = (threadsFromBytes: number) => {
    const world = healthyWorld();
    Object.assign(world.ledger.seats[0] ?? {}, { fence: 99 });
    return auditOf(world, { threadsFromBytes, spoil: (runDir) => rmSync(join(runDir, 'ledger/broker.ndjson')) });
  };
  const findings = await spoiled(0);
  expect(idsWith(findings, 'broken')).toEqual(['seat-reservation-agree']);
  expect(JSON.stringify(findings)).toBe(JSON.stringify(await spoiled(Number.POSITIVE_INFINITY)));
});

test('a side of a join that is not sorted leaves those alone that do not need it', async () => {
  const findings = await auditOf(healthyWorld(), {
    spoil: (runDir) => {
      const path = join(runDir, 'ledger/payments.ndjson');
      const [header, ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
      overwrite(path, `${[header, ...rows.reverse()].join('\n')}\n`);
    },
  });
  expect(idsWith(findings, 'unchecked')).toEqual(['payment-use-transfer', 'payment-in-outbox', 'payment-at-broker', 'payment-at-platform-once', 'gateway-agrees', 'refunded-once']);
  expect(idsWith(findings, 'broken')).toEqual([]);
  expect(findings.coverage).toMatchObject({ seatsSold: 4, payments: 0, paymentsDelivered: 0 });
});

test('queues that are not in order leave those alone that do not look at admissions', async () => {
  const world = healthyWorld();
  const findings = await auditOf(world, {
    spoil: (runDir) => {
      const path = join(runDir, 'ledger/places.ndjson');
      const [header, first, ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
      overwrite(path, `${[header, first, rows[0]?.replace('"all"', '"Z"'), ...rows.slice(1)].join('\n')}\n`);
    },
  });
  expect(idsWith(findings, 'unchecked')).toEqual(['admissions-within-cap', 'admissions-within-rate', 'admission-goes-on']);
});

test('"audit: none" is not audited, and nothing is read', async () => {
  const findings = await auditOf(healthyWorld(), { plan: { audit: null }, spoil: (runDir) => rmSync(runDir, { recursive: true }) });
  expect(findings).toMatchObject({ audited: false, findings: [], defects: [] });
});

test('without a ledger file, what reads it is unchecked, and the rest is checked', async () => {
  const findings = await auditOf(healthyWorld(), { spoil: (runDir) => rmSync(join(runDir, 'ledger/broker.ndjson')) });
  expect(idsWith(findings, 'unchecked')).toEqual(['payment-at-broker', 'events-in-order', 'unreadable-kept']);
  expect(findingOf(findings, 'payment-at-broker').why).toBe('ledger/broker is missing');
  expect(findings.defects).toEqual([{ artefact: 'ledger/broker', problem: 'is missing' }]);
});

test('a cut ledger file makes unchecked what reads it, even where it looks like a violation', async () => {
  const findings = await auditOf(healthyWorld(), {
    spoil: (runDir) => {
      const path = join(runDir, 'ledger/payments.ndjson');
      overwrite(path, cut(readFileSync(path, 'utf8')));
    },
  });
  expect(idsWith(findings, 'broken')).toEqual([]);
  expect(idsWith(findings, 'unchecked')).toEqual(expect.arrayContaining(['seat-sold-twice', 'confirmed-paid-once', 'payment-in-outbox', 'acknowledged-payment-exists']));
  expect(idsWith(findings, 'unchecked')).not.toContain('money-conserved');
  expect(findings.findings.filter(({ scope, violations }) => scope === 'ledger' && violations > 0)).toEqual([]);
  expect(findings.coverage.acknowledgedChecked).toBe(16);
});

test('a file that is not sorted is unchecked, not misread', async () => {
  const findings = await auditOf(healthyWorld(), {
    spoil: (runDir) => {
      const path = join(runDir, 'ledger/platform.ndjson');
      const [header, ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
      overwrite(path, `${[header, ...rows.reverse()].join('\n')}\n`);
    },
  });
  expect(findingOf(findings, 'payment-at-platform-once')).toMatchObject({ status: 'unchecked', why: expect.stringContaining('not sorted') });
});

test('without rows there is nothing to be green about', async () => {
  const world = healthyWorld();
  world.ledger.payments.length = 0;
  world.ledger.outbox.length = 0;
  expect(findingOf(await auditOf(world), 'payment-in-outbox')).toMatchObject({ status: 'unchecked', why: 'there was nothing to check' });
});

test('looks that the plan promises and that are not there are no green, and none are asked of a plan that does not', async () => {
  const world = healthyWorld();
  const asked = world.history.filter(({ e }) => e === 'invoke').map(({ id }) => id);
  const renumbered = world.history.filter(({ e }) => e !== 'look').map((line) => ({ ...line, id: `0-1-${asked.indexOf(line.id) + 1}` }));
  world.history.splice(0, Number.POSITIVE_INFINITY, ...renumbered);
  expect(idsWith(await auditOf(world), 'unchecked')).toEqual([]);
  const { load } = fixturePlan();
  const promised = await auditOf(world, { plan: { load: { ...load, settings: { ...load.settings, ownReadShare: 0.2, seatReadShare: 0.1 } } } });
  expect(idsWith(promised, 'unchecked')).toEqual(['own-read-never-back', 'seat-map-fresh']);
});

const history = (spoil: (text: string) => string) => (runDir: string) => {
  const path = join(runDir, 'history.ndjson');
  overwrite(path, spoil(readFileSync(path, 'utf8')));
};

test.each([
  ['is cut', cut, /is cut in line/],
  ['is of another run', (text: string) => text.replace(/"runId":"[^"]*"/, '"runId":"other"'), /belongs to run other/],
  ['lost an invoke', (text: string) => text.replace(/\n\{"e":"invoke"[^\n]*/, ''), /completed without invoke/],
  ['has one operation twice', (text: string) => text + (/\{"e":"invoke"[^\n]*"op":"pay","user":"u3"[^\n]*\n/.exec(text)?.[0] ?? ''), /invoked twice/],
])('a history that %s decides nothing; the ledger still does', async (_, spoil, problem) => {
  const findings = await auditOf(healthyWorld(), { spoil: history(spoil) });
  expect(findings.coverage.historyComplete).toBe(false);
  expect(findings.defects).toEqual([{ artefact: 'history.ndjson', problem: expect.stringMatching(problem) }]);
  expect(new Set(findings.findings.filter(({ scope }) => scope === 'history').map(({ status }) => status))).toEqual(new Set(['unchecked']));
  expect(new Set(findings.findings.filter(({ scope }) => scope === 'ledger').map(({ status }) => status))).toEqual(new Set(['held']));
});

test('settings that are no numbers leave the admissions unchecked', async () => {
  const findings = await auditOf(healthyWorld(), { plan: { service: { QUEUE_ACTIVE_CAP: 'many' } } });
  expect(idsWith(findings, 'unchecked')).toEqual(['admissions-within-cap', 'admissions-within-rate', 'admission-goes-on']);
});
