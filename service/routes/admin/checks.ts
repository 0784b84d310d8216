import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Audit } from '../../admin/audit.ts';
import type { Reconcile } from '../../admin/reconcile.ts';
import { adminAnswers } from '../../schemas/admin.ts';
import { strict } from '../../schemas/common.ts';

const count = Type.Integer();
const Check = Type.Object({ name: Type.String(), checked: count, violations: count, examples: Type.Array(Type.String()) }, strict);
const AuditAnswer = Type.Object({ ok: Type.Boolean({ description: 'nothing found' }), tookMs: count, checks: Type.Array(Check) }, strict);
const ReconcileAnswer = Type.Object(
  {
    stillUnsettled: Type.Integer({ description: 'charges, payments and refunds of which the gateway has not said anything yet' }),
    holdsExpired: count,
    placesClosed: count,
    daysClosed: count,
    redisRebuilt: Type.Boolean({ description: 'false: Redis is away, and is made good when it is back' }),
  },
  strict,
);

export const checkRoutes =
  (audit: Audit, reconcile: Reconcile): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post('/admin/audit', { schema: { summary: 'Check now what must always hold in the database', response: adminAnswers({ 200: AuditAnswer }) } }, async () => {
      const { checks, ...report } = await audit.run();
      return { ...report, checks: checks.map(({ examples, ...check }) => ({ ...check, examples: [...examples] })) };
    });
    app.post('/admin/reconcile', { schema: { summary: 'Do now what the workers do by and by, and rebuild Redis', response: adminAnswers({ 200: ReconcileAnswer }, 409) } }, async () => reconcile.run());
  };
