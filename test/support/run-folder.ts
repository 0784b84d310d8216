import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../../harness/contracts/plan.ts';
import { loadSla } from '../../harness/plan/sla.ts';
import { addBuyer, at, emptyWorld, writeRows, writeWorld } from './audit-world.ts';
import { fixtureDataset, fixturePlan, fixtureStack } from './fixtures.ts';
import { runStreams } from './run-streams.ts';

const BUYERS = 300;

/** The folder of a whole run that passes, without a manifest: 80 s of load with Redis down from 40 s to 55 s, 300 seats sold. */
export class RunFolder implements Disposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'gatecrash-test-run-'));

  constructor(plan: Partial<Plan> = {}) {
    const { name, objectives } = loadSla(join(import.meta.dirname, '../../reports/sla.smoke.yaml'));
    const { timeline, series, resources } = runStreams();
    const json = (file: string, value: unknown): void => writeFileSync(join(this.dir, file), JSON.stringify(value));
    json('plan.json', fixturePlan({ sla: { name, objectives: [...objectives] }, ...plan }));
    json('stack.json', fixtureStack());
    json('dataset.json', fixtureDataset());
    writeRows(this.dir, 'timeline', timeline);
    writeRows(this.dir, 'series', series);
    writeRows(this.dir, 'resources', resources);
    const world = emptyWorld();
    for (let n = 1; n <= BUYERS; n++) addBuyer(world, n, Math.round(at(4 + (n / BUYERS) * 70)));
    writeWorld(world, this.dir);
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
