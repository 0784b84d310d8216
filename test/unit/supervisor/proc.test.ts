import { expect, test } from 'vitest';
import { familyOf, isAlive, processInfo } from '../../../chaos/drivers/proc.ts';
import type { ProcessInfo } from '../../../chaos/drivers/proc.ts';

const info = (pid: number, parentPid: number, groupId: number): ProcessInfo => ({ pid, parentPid, groupId, state: 'S', startTicks: '1' });

test('a family is its group and all descendants, also those that left the group', () => {
  const table = [info(10, 1, 10), info(11, 10, 10), info(12, 10, 12), info(13, 12, 12), info(14, 1, 10), info(20, 1, 20)];
  expect(familyOf(10, table).map((member) => member.pid)).toEqual([10, 11, 12, 13, 14]);
});

test('a pid with another start time is another process', () => {
  const own = processInfo(process.pid);
  expect(own).toMatchObject({ pid: process.pid, parentPid: process.ppid });
  expect(isAlive({ pid: process.pid, startTicks: own?.startTicks ?? '' })).toBe(true);
  expect(isAlive({ pid: process.pid, startTicks: '1' })).toBe(false);
});
