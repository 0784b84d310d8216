import type { Client } from 'pg';
import type { Plan } from '../../contracts/plan.ts';
import { CONCERT, scheduleNames } from './names.ts';

/**
 * Puts a concert with its schedules and seats on sale, in one transaction. Users need no rows: a wallet comes with its
 * first charge. Everything follows from the plan; two runs of one plan begin with the same rows.
 */
export async function seedDataset(client: Client, dataset: Plan['dataset']): Promise<{ schedules: string[]; seats: number }> {
  const schedules = scheduleNames(dataset.schedules);
  await client.query('BEGIN');
  await client.query(`INSERT INTO concerts(concert_id, title, opens_at) VALUES ($1, 'Opening night', now())`, [CONCERT]);
  await client.query(
    `INSERT INTO schedules(schedule_id, concert_id, starts_at, seats_total)
     SELECT id, $2, date_trunc('day', now()) + n * interval '1 day', $3 FROM unnest($1::text[]) WITH ORDINALITY AS s(id, n)`,
    [schedules, CONCERT, dataset.seatsPerSchedule],
  );
  const inserted = await client.query(
    `INSERT INTO seats(schedule_id, seat_no, price) SELECT id, seat, $3 FROM unnest($1::text[]) AS s(id), generate_series(1, $2::int) AS seat`,
    [schedules, dataset.seatsPerSchedule, dataset.priceKrw],
  );
  await client.query('COMMIT');
  // Without it the planner knows nothing of the fresh rows until autovacuum comes round.
  await client.query('ANALYZE');
  return { schedules, seats: inserted.rowCount ?? 0 };
}
