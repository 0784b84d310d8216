import type { Client } from 'pg';
import { PRICE } from './prepare.ts';

interface Answer {
  readonly tokenValue: string;
  readonly status: string;
  readonly reservationId: string;
}

const pollMs = 3;

/**
 * How long the next person waits after a payment, ms: with a cap of one each payment lets exactly one in, so the time is
 * between the end of a place and the admission of the next, both by the database's clock.
 */
export async function activationTimes(client: Client, url: string, people: number): Promise<number[]> {
  const call = async (method: string, path: string, token = '', body?: object): Promise<Answer> => {
    const headers = { 'content-type': 'application/json', ...(token !== '' && { 'x-queue-token': token, 'idempotency-key': `key-${path}-${token.slice(-20)}` }) };
    const response = await fetch(`${url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const answer = (await response.json()) as Answer;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const users = Array.from({ length: people }, (_none, index) => `next-${index}`);
  await client.query(`INSERT INTO wallets (user_id, balance) SELECT unnest($1::text[]), ${PRICE}`, [users]);
  const tokens: string[] = [];
  for (const userId of users) tokens.push((await call('POST', '/queue/token', '', { userId })).tokenValue);
  for (const [index, token] of tokens.entries()) {
    while ((await call('GET', '/queue/token', token)).status !== 'ACTIVE') await new Promise((resolve) => setTimeout(resolve, pollMs));
    const { reservationId } = await call('POST', '/reservations', token, { scheduleId: 'bench_1', seatNo: 1 + index });
    await call('POST', '/payments', token, { reservationId, amount: PRICE });
  }
  const { rows } = await client.query<{ ms: number }>(
    `SELECT extract(epoch FROM admitted_at - lag(done_at) OVER (ORDER BY seq))::float8 * 1000 AS ms FROM queue_places WHERE user_id LIKE 'next-%'`,
  );
  return rows.map(({ ms }) => ms).filter((ms) => ms !== null);
}
