import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Context } from '../context.ts';
import { Problem } from '../domain/problem.ts';
import { signToken, type TokenClaims } from '../domain/token.ts';
import { statement } from '../sql/statement.ts';

const seedPayerSql = statement('seed-payer');
/** KRW; enough for every payment of the documents' longest script. */
const giftKrw = 10_000_000;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * COMPAT=seed: a payment that says neither who pays nor by which key is taken for one of the reservation's owner, by a key
 * made of the reservation. What a request says itself is left as it is, and checked as ever.
 */
export const seedPayments = fp<{ context: Context }>(
  (app, { context: { db, config } }, done) => {
    app.addHook('preValidation', async (request: FastifyRequest) => {
      if (request.method !== 'POST' || !/^(\/api)?\/payments$/.test(request.routeOptions.url ?? '')) return;
      const { reservationId } = (request.body ?? {}) as { reservationId?: unknown };
      if (typeof reservationId !== 'string' || !uuid.test(reservationId)) return;
      const [payer] = await db.query<TokenClaims>(seedPayerSql, [reservationId, giftKrw]);
      if (!payer) throw new Problem(404, 'RESERVATION_NOT_FOUND', 'there is no such reservation');
      const { headers } = request;
      headers['idempotency-key'] ??= `seed:${reservationId}`;
      if (headers.authorization === undefined && headers['x-user-id'] === undefined) headers['x-queue-token'] ??= signToken(payer, config.tokenSecret);
    });
    done();
  },
  { name: 'seed-payments', dependencies: ['problems'] },
);
