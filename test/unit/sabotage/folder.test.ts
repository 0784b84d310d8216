import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ledgerNames } from '../../../harness/contracts/ledger.ts';
import type { Plan } from '../../../harness/contracts/plan.ts';
import { evaluation } from '../../../harness/run/evaluate.ts';
import { fixtureRunId } from '../../support/fixtures.ts';
import { RunFolder } from '../../support/run-folder.ts';
import { encoded, startSecond } from '../../support/run-streams.ts';

/**
 * What may become of the folder of a passing run: none of it may pass. Here without a manifest, as if it had happened
 * during the run; with one, every change shows (test/e2e/smoke).
 */
const whole = new RunFolder();
let dir: string;
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), 'gatecrash-test-sabotage-'))));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
  whole[Symbol.dispose]();
});

async function verdictAfter(spoil: (path: (artefact: string) => string) => void) {
  rmSync(dir, { recursive: true, force: true });
  cpSync(whole.dir, dir, { recursive: true });
  spoil((artefact) => join(dir, artefact));
  return (await evaluation(dir)).verdict;
}

type Row = Record<string, unknown>;
type Spoil = (path: (artefact: string) => string) => void;

/** Rows of an artefact changed one by one; undefined leaves one out. */
const rows =
  (artefact: string, change: (row: Row, index: number) => Row | undefined): Spoil =>
  (path) => {
    const [head, ...lines] = readFileSync(path(artefact), 'utf8').trimEnd().split('\n');
    const changed = lines.flatMap((line, index) => change(JSON.parse(line) as Row, index) ?? []);
    writeFileSync(path(artefact), `${[head, ...changed.map((row) => JSON.stringify(row))].join('\n')}\n`);
  };
const json =
  (artefact: string, change: (value: Row) => Row): Spoil =>
  (path) =>
    writeFileSync(path(artefact), JSON.stringify(change(JSON.parse(readFileSync(path(artefact), 'utf8')) as Row)));
const event =
  (name: string, change: (row: Row) => Row | undefined): Spoil =>
  rows('timeline.ndjson', (row) => (row['event'] === name ? change(row) : row));
const inSeconds = (row: Row, from: number, to: number): boolean => {
  const second = Number(row['second'] ?? Number(row['tMs']) / 1000) - startSecond;
  return second >= from && second < to;
};
const once = (change: (row: Row) => Row) => (row: Row, index: number) => (index === 40 ? change(row) : row);

const files = ['timeline.ndjson', 'series.ndjson', 'resources.ndjson', 'history.ndjson', ...ledgerNames.map((name) => `ledger/${name}.ndjson`)];
const another = (file: string, path: (artefact: string) => string): string => readFileSync(path(file), 'utf8').replace(fixtureRunId, '20261121-110000-opening-redis-down-9f9f');
const ofEach = files.flatMap((file): [string, Spoil][] => [
  [`${file} missing`, (path) => rmSync(path(file))],
  [`${file} of another run`, (path) => writeFileSync(path(file), another(file, path))],
]);
// All are read by the same reader: some stand for the others.
const ofSome = [...files.slice(0, 4), 'ledger/seats.ndjson', 'ledger/platform.ndjson'].flatMap((file): [string, Spoil][] => [
  [`${file} empty`, (path) => writeFileSync(path(file), '')],
  [`${file} cut in the middle of a line`, (path) => writeFileSync(path(file), readFileSync(path(file), 'utf8').trimEnd().slice(0, -3))],
  [`${file} with the file of another run behind it`, (path) => appendFileSync(path(file), another(file, path))],
]);

const cases: readonly [string, Spoil][] = [
  ...ofEach,
  ...ofSome,
  ['stack.json missing', (path) => rmSync(path('stack.json'))],
  ['stack.json cut', (path) => writeFileSync(path('stack.json'), readFileSync(path('stack.json'), 'utf8').slice(0, 200))],
  ['dataset.json missing', (path) => rmSync(path('dataset.json'))],
  ['ledger missing as a whole', (path) => rmSync(path('ledger'), { recursive: true })],

  ['series with a hole of five seconds', rows('series.ndjson', (row) => (inSeconds(row, 20, 25) ? undefined : row))],
  ['series that ends five seconds early', rows('series.ndjson', (row) => (inSeconds(row, 75, 99) ? undefined : row))],
  ['series with a negative count', rows('series.ndjson', once((row) => ({ ...row, count: -5 })))],
  ['series with a count that is NaN', rows('series.ndjson', once((row) => ({ ...row, count: Number.NaN })))],
  ['series with a huge count', rows('series.ndjson', once((row) => ({ ...row, count: 1e15 })))],
  ['series with a latency histogram that is none', rows('series.ndjson', once((row) => ({ ...row, histogram: 'AAAA' })))],
  ['series without latencies', rows('series.ndjson', ({ histogram: _, ...row }) => row)],
  ['series without a single request', rows('series.ndjson', (row) => (row['endpoint'] === '(arrival)' ? row : undefined))],
  ['series in which everybody was refused', rows('series.ndjson', (row) => (row['endpoint'] === '(arrival)' ? row : { ...row, class: '4xx' }))],
  ['series in which bodies were wrong', rows('series.ndjson', (row, index) => (row['endpoint'] === '(arrival)' && index % 5 === 0 ? { ...row, endpoint: 'POST /payments', class: 'bad-body' } : row))],
  ['series without arrivals: nobody knows whether users were dropped', rows('series.ndjson', (row) => (row['endpoint'] === '(arrival)' ? undefined : row))],
  ['samples that were lost on their way', event('samples', (row) => ({ ...row, lost: 40 }))],
  ['a number of requests that nobody told', event('samples', () => undefined)],
  ['arrivals that were dropped before the fault', rows('series.ndjson', (row) => (row['endpoint'] === '(arrival)' && inSeconds(row, 15, 20) ? { ...row, class: 'dropped' } : row))],
  ['users who came half a second late', rows('series.ndjson', (row) => (row['endpoint'] === '(arrival)' && inSeconds(row, 15, 20) ? { ...row, lateness: encoded(500, Number(row['count'])) } : row))],
  ['users of whom nobody knows how late they came', rows('series.ndjson', (row) => (row['endpoint'] === '(arrival)' && inSeconds(row, 15, 20) ? { ...row, lateness: undefined } : row))],
  ['a lateness that cannot be read', rows('series.ndjson', (row) => (row['endpoint'] === '(arrival)' && inSeconds(row, 15, 16) ? { ...row, lateness: 'x' } : row))],
  ['users who stayed longer than there are virtual users for', rows('series.ndjson', (row) => (row['endpoint'] === '(arrival)' ? { ...row, journeys: { ended: 10, ms: 200_000 } } : row))],
  ['half of the arrivals that were planned', rows('series.ndjson', (row) => (row['endpoint'] === '(arrival)' ? { ...row, count: Math.ceil(Number(row['count']) / 2) } : row))],

  ['resources with a hole of ten seconds', rows('resources.ndjson', (row) => (inSeconds(row, 20, 30) ? undefined : row))],
  ['resources without the generator', rows('resources.ndjson', (row) => (row['process'] === 'k6-0' ? undefined : row))],
  ['resources without the service', rows('resources.ndjson', (row) => (row['process'] === 'api' ? undefined : row))],
  ['resources in which the generator has no CPU left', rows('resources.ndjson', (row) => (row['process'] === 'k6-0' ? { ...row, cpuSeconds: 4 * Number(row['cpuSeconds']) } : row))],
  ['a clock that was set by two seconds', rows('resources.ndjson', (row) => (row['process'] === 'machine' && inSeconds(row, 30, 99) ? { ...row, gauges: { clock_ahead_ms: 2000 } } : row))],
  ['a clock that nobody read', rows('resources.ndjson', (row) => (row['process'] === 'machine' ? { ...row, gauges: {} } : row))],
  ['resources with negative CPU', rows('resources.ndjson', once((row) => ({ ...row, cpuSeconds: -1 })))],

  ['a load that never began', event('load-start', () => undefined)],
  ['a load that never ended', event('load-end', () => undefined)],
  ['a load that ended five seconds early', event('load-end', (row) => ({ ...row, tMs: Number(row['tMs']) - 5000 }))],
  ['a generator whose end nobody saw', event('generator-exit', () => undefined)],
  ['a generator that was killed', event('generator-exit', (row) => ({ ...row, code: null, signal: 'SIGKILL', planned: false }))],
  ['a generator that ended with an error', event('generator-exit', (row) => ({ ...row, code: 107 }))],
  ['an outbox that did not drain', event('drain-end', (row) => ({ ...row, drained: false }))],
  ['a drain that never ended', event('drain-end', () => undefined)],
  ['a fault that was never applied', event('fault-apply', () => undefined)],
  ['a fault that was never verified', event('fault-verified', () => undefined)],
  ['a fault that was never undone', event('fault-undo', () => undefined)],
  ['a fault that was never seen to be gone', event('fault-gone', () => undefined)],
  ['a fault that was undone half-way', rows('timeline.ndjson', (row) => (row['event'] === 'fault-undo' || row['event'] === 'fault-gone' ? { ...row, tMs: Number(row['tMs']) - 8000 } : row))],
  ['canaries that the fault did not touch', event('canary', (row) => ({ ...row, ok: true, holds: false }))],
  ['canaries that nobody sent', event('canary', () => undefined)],
  ['canaries with a hole while the fault held', event('canary', (row) => (inSeconds(row, 41, 54) ? undefined : row))],
  ['a second witness that saw nothing', event('sign', (row) => ({ ...row, value: 5 }))],
  ['a second witness that was never read', event('sign', () => undefined)],
  ['health that nobody asked for', event('health', () => undefined)],
  ['health that never noticed the fault', event('health', (row) => ({ ...row, ok: true, status: 200 }))],
  ['the proxy that died', (path) => appendFileSync(path('timeline.ndjson'), `${JSON.stringify({ tMs: startSecond * 1000 + 30_000, event: 'process-exit', process: 'toxiproxy', pid: 4101, code: null, signal: 'SIGKILL', planned: false })}\n`)],
  ['the service that died', (path) => appendFileSync(path('timeline.ndjson'), `${JSON.stringify({ tMs: startSecond * 1000 + 30_000, event: 'process-exit', process: 'api', pid: 4108, code: 1, planned: false })}\n`)],

  ['fsync off', json('stack.json', (stack) => ({ ...stack, settings: { ...(stack['settings'] as Row), 'postgres.fsync': 'off' } }))],
  ['a setting that was not read back', json('stack.json', (stack) => ({ ...stack, settings: {} }))],
  ['one replica of each message', json('stack.json', (stack) => ({ ...stack, settings: { ...(stack['settings'] as Row), 'kafka.replication.factor': '1' } }))],

  ['history without the completions', rows('history.ndjson', (row) => (row['e'] === 'complete' ? undefined : row))],
  ['history without the invokes', rows('history.ndjson', (row) => (row['e'] === 'invoke' ? undefined : row))],
  ['history that lost five looks', rows('history.ndjson', (row, index) => (row['e'] === 'look' && index > 900 && index < 920 ? undefined : row))],
  ['history of few users', rows('history.ndjson', (row, index) => (index < 80 ? row : undefined))],
  ['history without payments in the fault', rows('history.ndjson', (row) => (inSeconds(row, 38, 58) ? undefined : row))],
  ['ledger in which a payment is missing', rows('ledger/payments.ndjson', (row, index) => (index === 40 ? undefined : row))],
  ['ledger with an amount that is NaN', rows('ledger/payments.ndjson', once((row) => ({ ...row, amount: Number.NaN })))],
  ['ledger with a negative amount', rows('ledger/payments.ndjson', once((row) => ({ ...row, amount: -50_000 })))],
  ['ledger with a huge balance', rows('ledger/wallets.ndjson', once((row) => ({ ...row, balance: 1e15 })))],
  ['ledger with a seat of two owners', rows('ledger/reservations.ndjson', once((row) => ({ ...row, seat: 1 })))],
  ['ledger out of order', rows('ledger/reservations.ndjson', (row, index) => (index === 40 ? { ...row, reservation: 'a' } : row))],
];

test('the folder as it is passes', async () => {
  const verdict = await verdictAfter(() => undefined);
  expect(verdict.reasons).toEqual([]);
  expect(verdict).toMatchObject({ verdict: 'PASS', audited: true });
});

test.each(cases)('%s: no PASS', async (_name, spoil) => {
  const { verdict, reasons } = await verdictAfter(spoil);
  expect(verdict).not.toBe('PASS');
  expect(reasons.length).toBeGreaterThan(0);
});

/** Of these a row more or less may be right by itself: places nobody used, keys that were purged. */
const telling = ['series.ndjson', 'history.ndjson', ...['charges', 'gateway', 'payments', 'platform', 'reservations', 'seats', 'transfers', 'wallets'].map((name) => `ledger/${name}.ndjson`)];

test('whatever slice of samples, history or ledger is missing: no PASS', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...telling), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 40 }), async (file, at, length) => {
      const { verdict } = await verdictAfter((path) => {
        const [head, ...lines] = readFileSync(path(file), 'utf8').trimEnd().split('\n');
        lines.splice(Math.floor(at * (lines.length - 1)), length);
        writeFileSync(path(file), `${[head, ...lines].join('\n')}\n`);
      });
      expect(verdict).not.toBe('PASS');
    }),
    { numRuns: 40, seed: 7 },
  );
}, 60_000);

test('an experiment that asks for more seats than were sold: no PASS', async () => {
  const spoil = json('plan.json', (plan) => ({ ...plan, audit: { ...(plan as Plan).audit, seatsSoldMin: 301 } }));
  expect((await verdictAfter(spoil)).verdict).toBe('INVALID');
});

test('a folder of an older version is read, one of a newer is refused', async () => {
  const allFiles = ['plan.json', 'stack.json', 'dataset.json', ...files];
  const withVersion = (version: number) => (path: (artefact: string) => string) =>
    allFiles.forEach((file) => writeFileSync(path(file), readFileSync(path(file), 'utf8').replace(/"schemaVersion":\d+/, `"schemaVersion":${version}`)));
  expect(await verdictAfter(withVersion(0))).toMatchObject({ verdict: 'PASS' });
  await expect(verdictAfter(withVersion(99))).rejects.toThrow(/plan\.json: has schemaVersion 99, newer than \d+: use a newer gatecrash/);
  for (const file of allFiles.slice(1)) {
    const newer = await verdictAfter((path) => writeFileSync(path(file), readFileSync(path(file), 'utf8').replace(/"schemaVersion":\d+/, '"schemaVersion":99')));
    expect([file, newer.verdict]).toEqual([file, 'INVALID']);
  }
}, 60_000);
