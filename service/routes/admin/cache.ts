import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { cacheAreas } from '../../cache/areas.ts';
import { Problem } from '../../domain/problem.ts';
import { adminAnswers } from '../../schemas/admin.ts';
import { Id, strict } from '../../schemas/common.ts';
import type { Catalogue } from '../../seats/catalogue.ts';

const what = 'of the concert for concert and schedules, of the schedule for seats, the length for ranking';
const area = Type.Enum([...cacheAreas]);
const Forgotten = Type.Object({ area, id: Type.Optional(Type.String()) }, strict);
const Written = Type.Object({ area, id: Type.String(), result: Type.Enum(['written', 'deferred'], { description: 'deferred: Redis is away; nothing old is told when it is back' }) }, strict);

export const cacheRoutes =
  (catalogue: Catalogue): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/admin/cache/invalidate',
      {
        schema: {
          summary: 'Tell nothing cached of this any more; without an id, of all of the area',
          body: Type.Object({ area, id: Type.Optional(Type.String({ ...Id, description: what })) }, strict),
          response: adminAnswers({ 200: Forgotten }),
        },
      },
      async ({ body: { area: of, id } }) => {
        // Pages of the list only go together.
        await catalogue.invalidate(of, of === 'concerts' ? undefined : id);
        return { area: of, ...(id !== undefined && { id }) };
      },
    );
    app.post(
      '/admin/cache/write-through',
      {
        schema: {
          summary: 'Read it from PostgreSQL into the cache now',
          body: Type.Object({ area: Type.Enum(cacheAreas.filter((name) => name !== 'concerts')), id: Type.String({ ...Id, description: what }) }, strict),
          response: adminAnswers({ 200: Written }, 404, 409),
        },
      },
      async ({ body: { area: of, id } }) => {
        const result = await catalogue.writeThrough(of, id);
        if (result === 'absent') throw new Problem(404, 'CACHE_SOURCE_NOT_FOUND', 'there is nothing by that id to be cached');
        return { area: of, id, result };
      },
    );
  };
