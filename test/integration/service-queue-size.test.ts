import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { statement } from '../../service/sql/statement.ts';
import { startTestService } from '../support/service.ts';

const waitingSeconds = 3600;
const batch = 32;
const rounds = 41;

test('entering, being let in, looking and leaving cost about the same with nobody and with fifty thousand waiting, also when nothing was analysed', async () => {
  await using shop = await startTestService(inject('stack'), { roles: 'api' });
  await shop.rows('ALTER TABLE queue_places SET (autovacuum_enabled = off)');
  const client = new pg.Client({ connectionString: shop.env['DATABASE_URL'] });
  await client.connect();
  try {
    // As the service does: prepared once, so a plan made for an empty table stays.
    const run = ({ name, text }: { name: string; text: string }, values: unknown[]) => client.query({ name, text, values });
    let users = 0;
    const enter = (count: number) => run(statement('enter-queue'), ['all', Array.from({ length: count }, () => `user-${++users}`), waitingSeconds]);
    const calls: Record<string, () => Promise<unknown>> = {
      enter: () => enter(batch),
      admit: () => run(statement('admit-places'), [true, 1_000_000, 50, 300, waitingSeconds, 1000]),
      progress: () => run(statement('read-progress'), ['all', 1000]),
      place: () => run(statement('read-place'), ['all', users - 1, `user-${users - 1}`, waitingSeconds]),
      leave: () => run(statement('leave-queue'), ['all', users, `user-${users}`, waitingSeconds]),
    };
    const medians = async (): Promise<Record<string, number>> => {
      const found: Record<string, number> = {};
      for (const [name, call] of Object.entries(calls)) {
        const ms: number[] = [];
        for (let n = 0; n < rounds; n++) {
          const startedMs = performance.now();
          await call();
          ms.push(performance.now() - startedMs);
        }
        found[name] = ms.sort((a, b) => a - b)[rounds >> 1]!;
      }
      return found;
    };
    await medians();
    const few = await medians();
    for (let n = 0; n < 250; n++) await enter(200);
    const many = await medians();
    if (process.env['TEST_LOG']) console.log({ few, many });
    for (const name of Object.keys(calls)) expect(many[name], `${name}: ${few[name]} ms with few`).toBeLessThan(few[name]! * 4 + 1);
  } finally {
    await client.end();
  }
});
