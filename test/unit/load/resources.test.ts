import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { machineRow } from '../../../harness/metrics/machine.ts';
import { parseResident, parseStat, type ProcessReading, readDescriptors, readProcess, readProcesses } from '../../../harness/metrics/proc.ts';
import { msToNextMiddle } from '../../../harness/metrics/resources.ts';
import { Sampler } from '../../../harness/metrics/sampler.ts';
import { type Readers, usageOf, type Watched } from '../../../harness/metrics/usage.ts';

const reading = (pid: number, parentPid: number, cpuSeconds: number, more: Partial<ProcessReading> = {}): ProcessReading => ({
  ...{ pid, parentPid, groupId: 10, state: 'S', startTicks: '77', ownCpuSeconds: cpuSeconds, cpuSeconds, threads: 1 },
  ...more,
});
const watched: Watched = { name: 'postgres', pid: 10, startTicks: '77', family: true };
const memory: Record<number, readonly [privateBytes: number, sharedBytes: number, descriptors?: number]> = { 10: [100, 1000, 5], 11: [20, 700, 7], 12: [30, 900, 9] };
const readers: Readers = {
  resident: (pid) => (memory[pid] ? { privateBytes: memory[pid][0], sharedBytes: memory[pid][1] } : undefined),
  descriptors: (pid) => memory[pid]?.[2],
};

test('a line of /proc/PID/stat is read by its fields, whatever the name of the program', () => {
  const fields = ['S', 1, 42, 42, 0, -1, 0, 0, 0, 0, 0, 150, 50, 300, 100, 20, 0, 11, 0, 98765, 0];
  expect(parseStat(42, `42 (a) S 9 (b c) ${fields.join(' ')}`)).toEqual({
    ...{ pid: 42, state: 'S', parentPid: 1, groupId: 42, startTicks: '98765', threads: 11 },
    ...{ ownCpuSeconds: 2, cpuSeconds: 6 },
  });
});

test('resident memory is told in bytes, apart for what may be shared; a process that waits to be reaped has none', () => {
  expect(parseResident('Name:\tx\nVmRSS:\t     60 kB\nRssAnon:\t      10 kB\nRssFile:\t      20 kB\nRssShmem:\t      30 kB\n')).toEqual({ privateBytes: 10_240, sharedBytes: 51_200 });
  expect(parseResident('Name:\tx\nState:\tZ (zombie)\n')).toBeUndefined();
});

test('this very process is found in /proc with what it uses', () => {
  const spinUntil = performance.now() + 50;
  while (performance.now() < spinUntil);
  const own = readProcesses().find(({ pid }) => pid === process.pid);
  const { user, system } = process.cpuUsage();
  expect(own).toMatchObject({ parentPid: process.ppid, state: expect.stringMatching(/^[RS]$/) });
  expect(Math.abs((own?.ownCpuSeconds ?? 0) - (user + system) / 1e6)).toBeLessThan(0.2);
  const resident = parseResident(readFileSync('/proc/self/status', 'utf8'));
  expect(((resident?.privateBytes ?? 0) + (resident?.sharedBytes ?? 0)) / process.memoryUsage.rss()).toBeCloseTo(1, 0);
  expect(readDescriptors(process.pid)).toBeGreaterThan(2);
  expect(readProcess(2 ** 30)).toBeUndefined();
});

test('a family uses what its members use together; the pages they share count once', () => {
  const table = [reading(10, 1, 4, { threads: 2 }), reading(11, 10, 1), reading(12, 10, 0.5, { groupId: 12 }), reading(20, 1, 100, { groupId: 20 })];
  expect(usageOf(watched, table, readers)).toEqual({ cpuSeconds: 5.5, threads: 4, memoryBytes: 100 + 20 + 30 + 1000, descriptors: 21 });
});

test('a child that waits to be reaped still counts for CPU, and for nothing else', () => {
  const table = [reading(10, 1, 4), reading(11, 10, 1, { state: 'Z' })];
  expect(usageOf(watched, table, readers)).toEqual({ cpuSeconds: 5, threads: 1, memoryBytes: 1100, descriptors: 5 });
});

test('one that is watched alone does not answer for its children', () => {
  const table = [reading(10, 1, 9, { ownCpuSeconds: 4 }), reading(11, 10, 1)];
  expect(usageOf({ ...watched, family: false }, table, readers)).toMatchObject({ cpuSeconds: 4, descriptors: 5 });
});

test.each([
  ['is gone', []],
  ['only waits to be reaped', [reading(10, 1, 4, { state: 'Z' })]],
  ['has left its pid to another', [reading(10, 1, 4, { startTicks: '78' })]],
])('a process that %s has no row', (_, table) => {
  expect(new Sampler(readers).rows(100, [watched], table)).toEqual([]);
});

test('descriptors that may not be counted are missing, not zero', () => {
  const usage = usageOf(watched, [reading(10, 1, 4), reading(11, 10, 1)], { ...readers, descriptors: (pid) => (pid === 11 ? undefined : 5) });
  expect(usage).toMatchObject({ memoryBytes: 1120 });
  expect(usage).not.toHaveProperty('descriptors');
});

test('CPU of one process never shrinks, that of its successor begins anew', () => {
  const sampler = new Sampler(readers);
  const cpu = (second: number, one: Watched, table: readonly ProcessReading[]): number | undefined => sampler.rows(second, [one], table)[0]?.cpuSeconds;
  expect(cpu(1, watched, [reading(10, 1, 4), reading(11, 10, 3)])).toBe(7);
  expect(cpu(2, watched, [reading(10, 1, 5)])).toBe(7); // the child is neither in the table nor in its parent's sum
  expect(cpu(3, watched, [reading(10, 1, 8)])).toBe(8);
  expect(cpu(4, { ...watched, startTicks: '90' }, [reading(10, 1, 0.25, { startTicks: '90' })])).toBe(0.25);
});

test('the machine tells its busy seconds without idle, waiting and stolen ones', () => {
  const stat = 'cpu  100 20 300 9000 50 4 6 70 80 0\ncpu0 1 1 1 1 1 1 1 1 1 0\nctxt 5\n';
  const meminfo = 'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    400 kB\n';
  const row = machineRow(100, { stat, meminfo, loadavg: '1.25 0.50 0.25 2/345 6789\n' }, -3);
  expect(row).toMatchObject({ second: 100, process: 'machine', memoryBytes: 600 * 1024, gauges: { clock_ahead_ms: -3, cpu_steal_seconds_total: 0.7, load1: 1.25, memory_available_bytes: 400 * 1024 } });
  expect(row.cpuSeconds).toBeCloseTo(4.3);
});

test('what the machine does not tell is missing, not zero', () => {
  expect(machineRow(100, { stat: undefined, meminfo: undefined, loadavg: undefined }, 0)).toEqual({ second: 100, process: 'machine', gauges: { clock_ahead_ms: 0 } });
});

test.each([
  [1_000_000, 500],
  [1_000_499, 1],
  [1_000_500, 1000],
  [1_000_980, 520],
])('at %i ms the middle of a second is %i ms away', (nowMs, waitMs) => {
  expect(msToNextMiddle(nowMs)).toBe(waitMs);
});
