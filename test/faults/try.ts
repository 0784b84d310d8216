import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { Value } from 'typebox/value';
import { FaultSpec } from '../../harness/contracts/experiment.ts';
import { withLock } from '../../harness/setup/lock.mjs';
import { lockDirOf } from '../../harness/setup/paths.mjs';
import { stackNeeds } from '../../chaos/timeline.ts';
import { startFaultStage } from '../support/fault-stage.ts';

/**
 * Plays faults on a stack of its own and prints what canary and second witness saw, for those who write a kind:
 * `node harness/gatecrash.mjs exec test/faults/try.ts '{"kind":"redis-down","target":"redis"}' …`, before them, as
 * needed, `--replicas 2`, `--cards`, `--looks` (every look and reading).
 */
const args = process.argv.slice(2);
const flag = (name: string): boolean => args.includes(name);
const replicas = flag('--replicas') ? Number(args[args.indexOf('--replicas') + 1]) : 1;
const specs = args.filter((arg) => arg.startsWith('{')).map((text) => JSON.parse(text) as { kind: string; target: string });
if (specs.length === 0) {
  process.stderr.write('which fault? e.g. \'{"kind":"redis-down","target":"redis","duration":"4s","params":{}}\'\n');
  process.exit(64);
}
for (const spec of specs) Value.Check(FaultSpec, { id: 'x', at: '0s', duration: '4s', ...spec }) || process.stderr.write(`not a fault: ${JSON.stringify(spec)}\n`);

// Two at once on a small machine would each see the other's load as the fault.
await withLock(join(lockDirOf(process.env), 'fault-stage.lock'), async () => {
  await using stage = await startFaultStage({ topology: { replicas, extras: stackNeeds({ faults: specs as FaultSpec[] }) }, pay: flag('--cards') ? 'CARD' : 'POINT', report: (line) => process.stdout.write(`${stripVTControlCharacters(line)}\n`) });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  for (const spec of specs) {
    const events = await stage.play(spec);
    const startMs = events.find(({ event }) => event === 'fault-apply')?.tMs ?? 0;
    process.stdout.write(`\n${JSON.stringify(spec)}\n`);
    for (const event of events) {
      const isLook = event.event === 'canary' || event.event === 'sign' || event.event === 'health';
      if (isLook && !flag('--looks')) continue;
      const { tMs, ...rest } = event;
      process.stdout.write(`${((tMs - startMs) / 1000).toFixed(2).padStart(7)} s  ${JSON.stringify(rest)}\n`);
    }
  }
});
