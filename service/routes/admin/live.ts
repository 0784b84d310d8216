import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Live } from '../../live/live.ts';
import { LivePatchSchema, LiveSettingsSchema } from '../../live/settings.ts';
import { adminAnswers } from '../../schemas/admin.ts';

export const liveRoutes =
  (live: Live): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get('/admin/live', { schema: { summary: 'What was changed at run time', response: adminAnswers({ 200: LiveSettingsSchema }) } }, async () => live.current);
    app.patch(
      '/admin/live',
      { schema: { summary: 'Switch groups of routes off, tighten limits: in all processes within two seconds', body: LivePatchSchema, response: adminAnswers({ 200: LiveSettingsSchema }, 409) } },
      async (request) => live.set(request.body),
    );
  };
