import { expect, test } from 'vitest';
import { parseMounts } from '../../../chaos/drivers/cgroup.ts';

test('mounts are read with what they show, where, and which controllers the first version has', () => {
  const text = `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
41 31 0:38 /docker/ab /sys/fs/cgroup/uni\\040fied rw,relatime - cgroup2 cgroup2 rw,nsdelegate
`;
  expect(parseMounts(text)).toEqual([
    { root: '/', mount: '/sys/fs/cgroup', type: 'tmpfs', options: ['rw', 'mode=755'] },
    { root: '/', mount: '/sys/fs/cgroup/cpu,cpuacct', type: 'cgroup', options: ['rw', 'cpu', 'cpuacct'] },
    { root: '/docker/ab', mount: '/sys/fs/cgroup/uni fied', type: 'cgroup2', options: ['rw', 'nsdelegate'] },
  ]);
});
