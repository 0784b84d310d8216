import { expect, test } from 'vitest';
import { cacheDirOf } from '../../../harness/setup/paths.mjs';
import { pins } from '../../../harness/setup/pins.mjs';

test('versions come from the committed files and nothing of an empty cache is ready', () => {
  const { k6, toxiproxy, kafka, goMinimum } = pins({ GATECRASH_CACHE: '/nowhere' });
  expect([k6.version, toxiproxy.version, kafka.version, goMinimum]).toEqual(['2.2.0', '2.12.0', '4.3.1', '1.25.0']);
  expect([k6, toxiproxy, kafka].map((pin) => pin.ready)).toEqual([false, false, false]);
  expect(k6.path).toMatch(/^\/nowhere\/go-[0-9a-f]{16}\/k6$/);
});

test('the cache is where the user says, else where the desktop says, else in the home folder', () => {
  expect(cacheDirOf({ GATECRASH_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
  expect(cacheDirOf({ XDG_CACHE_HOME: '/b' })).toBe('/b/gatecrash');
  expect(cacheDirOf({})).toMatch(/\/\.cache\/gatecrash$/);
});
