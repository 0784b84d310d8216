import { expect, test } from 'vitest';
import type { Machine } from '../../../harness/setup/machine.mjs';
import { compareVersions, extras, missingLines } from '../../../harness/setup/requirements.mjs';

const complete: Machine = {
  platform: 'linux',
  arch: 'x64',
  nodeVersion: '20.11.1',
  isRoot: false,
  apt: true,
  packagesReady: false,
  npm: true,
  goMinimum: '1.25.0',
  k6Ready: false,
  toxiproxyReady: false,
  kafkaReady: false,
  go: { path: '/usr/local/go/bin/go', version: '1.26.8' },
  maven: { path: '/usr/bin/mvn', version: '3.8.7' },
  java: { path: '/usr/bin/java', version: '17.0.15' },
  redis: { path: '/usr/bin/redis-server', version: '7.0.15' },
  haproxy: undefined,
  faketime: undefined,
  wrk: undefined,
  k6: undefined,
};
const bare: Machine = { ...complete, nodeVersion: '18.19.0', npm: false, go: undefined, maven: undefined, java: undefined, redis: undefined };

test('a complete machine lacks nothing', () => {
  expect(missingLines(complete)).toEqual([]);
});

test('everything that is missing is listed at once, each with the command that fixes it', () => {
  const lines = missingLines(bare);
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['Node', 'npm', 'Go', 'Java', 'Maven', 'Redis']);
  expect(lines.every((line) => line.includes('Fix: '))).toBe(true);
  expect(lines[0]).toContain('but 18.19.0 is there');
  expect(lines[2]).toContain('Go 1.25.0 or newer is needed for building k6 and Toxiproxy, but it is not there');
});

test('what is in the cache already needs nothing to make it', () => {
  const machine = { ...bare, nodeVersion: '22.0.0', packagesReady: true, k6Ready: true, toxiproxyReady: true, kafkaReady: true };
  expect(missingLines(machine).map((line) => line.split(' ')[0])).toEqual(['Java', 'Redis']);
});

test('with k6 on the PATH, Go is needed for Toxiproxy only', () => {
  expect(missingLines({ ...complete, k6Ready: true, go: undefined })).toEqual([expect.stringContaining('is needed for building Toxiproxy,')]);
});

test('versions that are too old are named', () => {
  const lines = missingLines({ ...complete, go: { path: '/usr/bin/go', version: '1.19.8' }, java: { path: '/usr/bin/java', version: '1.8.0_392' } });
  expect(lines).toEqual([expect.stringContaining('but 1.19.8 is there'), expect.stringContaining('but 1.8.0_392 is there')]);
});

test('a program that does not tell its version is not taken for new enough', () => {
  expect(missingLines({ ...complete, java: { path: '/usr/bin/java', version: undefined } })).toEqual([expect.stringContaining('an unknown version is there')]);
});

test('Redis is not demanded of root with apt-get, who gets it installed', () => {
  expect(missingLines({ ...complete, redis: undefined, isRoot: true })).toEqual([]);
  expect(missingLines({ ...complete, redis: undefined, isRoot: true, apt: false })).toEqual([expect.stringContaining('Fix: apt-get install -y redis-server')]);
  expect(missingLines({ ...complete, redis: undefined })).toEqual([expect.stringContaining('Fix: sudo apt-get install -y redis-server')]);
});

test('HAProxy, faketime and wrk are demanded of nobody, and named with what needs them and the command that installs them', () => {
  expect(missingLines(complete)).toEqual([]);
  expect(extras(complete)).toMatchObject([
    { name: 'HAProxy', ok: false, installable: false, neededFor: 'experiments with replicas', fix: 'sudo apt-get install -y haproxy' },
    { name: 'faketime', ok: false, installable: false, neededFor: 'the fault clock-skew', fix: 'sudo apt-get install -y faketime' },
    { name: 'wrk', ok: false, installable: false, neededFor: 'npm run bench:service', fix: 'sudo apt-get install -y wrk' },
  ]);
  expect(extras({ ...complete, isRoot: true })[0]).toMatchObject({ ok: false, installable: true });
  // One that is too old is the machine's own: it is not replaced behind its back.
  expect(extras({ ...complete, isRoot: true, haproxy: { path: '/usr/sbin/haproxy', version: '2.0.3' } })[0]).toMatchObject({ ok: false, installable: false, have: 'but 2.0.3 is there' });
  expect(extras({ ...complete, haproxy: { path: '/usr/sbin/haproxy', version: '2.6.12' } })[0]).toMatchObject({ ok: true });
});

test('commands that only read files need Node and npm and no more', () => {
  expect(missingLines(bare, true).map((line) => line.split(' ')[0])).toEqual(['Node', 'npm']);
});

test.each([
  ['1.25.0', '1.25', 0],
  ['1.26.8', '1.25.0', 1],
  ['1.9', '1.25', -1],
  ['17.0.15', '17', 1],
  ['21', '17', 1],
  ['1.8.0_392', '17', -1],
])('%s against %s', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});
