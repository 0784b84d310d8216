import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Status } from '../../admin/status.ts';
import { LiveSettingsSchema } from '../../live/settings.ts';
import { adminAnswers } from '../../schemas/admin.ts';
import { strict, Time } from '../../schemas/common.ts';

const count = Type.Integer();
const StatusAnswer = Type.Object(
  {
    version: Type.String(),
    roles: Type.Array(Type.String()),
    startedAt: Time,
    uptimeSeconds: count,
    up: Type.Object({ database: Type.Boolean(), redis: Type.Boolean(), kafka: Type.Boolean() }, strict),
    pools: Type.Array(Type.Object({ pool: Type.String(), active: count, idle: count, pending: count, max: count }, strict), { description: 'database connections of this process' }),
    breakers: Type.Array(Type.Object({ dependency: Type.String(), state: Type.Enum(['CLOSED', 'HALF_OPEN', 'OPEN']) }, strict)),
    migrations: Type.Optional(Type.Object({ applied: count, last: Type.String() }, strict)),
    queues: Type.Optional(Type.Array(Type.Object({ scope: Type.String(), waiting: count, active: count, watermark: count, lastPlace: count }, strict))),
    outbox: Type.Optional(Type.Object({ pending: count, oldestAgeSeconds: Type.Number() }, strict)),
    unsettled: Type.Optional(Type.Object({ charges: count, payments: count, refunds: count }, { ...strict, description: 'waiting for the word of the gateway' })),
    settlements: Type.Optional(Type.Object({ lastClosed: Type.Optional(Type.String()), open: count, failed: count }, strict)),
    deadLetters: Type.Optional(Type.Array(Type.Object({ topic: Type.String(), waiting: count, replayed: count }, strict))),
    consumers: Type.Array(Type.Object({ topic: Type.Optional(Type.String()), group: Type.Optional(Type.String()), lag: Type.Number() }, strict), { description: 'of this process' }),
    cache: Type.Array(Type.Object({ area: Type.String(), requests: count, hits: count, hitRatio: Type.Number() }, strict), { description: 'of this process, since it began' }),
    live: LiveSettingsSchema,
    workers: Type.Array(
      Type.Object({ name: Type.String(), rounds: count, failures: count, lastRoundAt: Type.Optional(Time), lastError: Type.Optional(Type.String()) }, strict),
      { description: 'of this process' },
    ),
  },
  strict,
);

export const statusRoutes =
  (status: Status): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get('/admin/status', { schema: { summary: 'How every mechanism is; what cannot be asked is left out', response: adminAnswers({ 200: StatusAnswer }) } }, async () => status.read());
  };
