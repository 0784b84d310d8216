/**
 * A small harness that has faults of machine and processes under way: it stops and confines the process that argv[2]
 * (JSON) names, which is not its own, mounts a small disk, fills it, and waits to be killed.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { confineTo, groupOf, groupPath, hierarchyOf, limitCpu } from '../../chaos/drivers/cgroup.ts';
import { fillDisk } from '../../chaos/drivers/filler.ts';
import type { ProcessIdentity, UndoAction } from '../../harness/contracts/fault.ts';
import { startSupervisor } from '../../harness/supervisor/client.ts';

const { stateDir, owned, stranger } = JSON.parse(process.argv[2] ?? '') as { readonly stateDir: string; readonly owned: string; readonly stranger: ProcessIdentity };
const supervisor = await startSupervisor({ stateDir });
await supervisor.ownFolder(owned);
const env = { PATH: process.env.PATH ?? '' };
const own = await supervisor.spawn({ name: 'own', command: 'sleep', args: ['300'], env, logFile: join(owned, 'own.log') });

const disk = join(owned, 'disk');
mkdirSync(disk);
const mounted = await supervisor.execute({ name: 'mount', command: 'mount', args: ['-t', 'tmpfs', '-o', 'size=1m', 'gatecrash-test', disk], env, logFile: join(owned, 'mount.log') }, 5000);
if (mounted.code !== 0) throw new Error('mount failed');

const hierarchy = hierarchyOf('cpu');
if (!hierarchy) throw new Error('no cgroup for cpu');
const name = `gatecrash-test-${process.pid}`;
const group = groupPath(hierarchy, name);
const filler = join(disk, 'filler');
const undos: UndoAction[] = [
  { kind: 'process-continue', process: stranger },
  { kind: 'cgroup-remove', group, home: groupOf(stranger.pid, 'cpu', hierarchy) },
  { kind: 'file-remove', path: filler },
];
for (const [index, undo] of undos.entries()) await supervisor.recordUndo({ id: `f/${index}`, ...undo });
confineTo('cpu', name, [stranger.pid], (path) => limitCpu(hierarchy, path, 0.5));
process.kill(stranger.pid, 'SIGSTOP');
fillDisk(filler);
supervisor.onLost(() => {});
process.stdout.write(`${JSON.stringify({ supervisor: supervisor.pid, own, group, disk })}\n`);
// The IPC channel keeps this process alive.
