import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Accounts } from '../auth/accounts.ts';
import { answers, Id, strict } from '../schemas/common.ts';

const userId = Id;
const NewCredentials = Type.Object({ userId, password: Type.String({ minLength: 8, maxLength: 128, description: 'any characters' }) }, strict);
const Credentials = Type.Object({ userId, password: Type.String({ minLength: 1, maxLength: 128 }) }, strict);
const Registered = Type.Object({ userId: Type.String() }, strict);
const AccessToken = Type.Object(
  { accessToken: Type.String({ description: 'send it as Authorization: Bearer' }), tokenType: Type.Literal('Bearer'), expiresInSeconds: Type.Integer() },
  strict,
);

export const authRoutes =
  (accounts: Accounts): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.post(
      '/auth/register',
      { config: { group: 'registration', limit: 'register' }, schema: { summary: 'Become a user', security: [], body: NewCredentials, response: answers({ 201: Registered }, 409, 422) } },
      async (request, reply) => reply.code(201).send(await accounts.register(request.body, request.visit)),
    );
    app.post(
      '/auth/login',
      { config: { limit: 'login' }, schema: { summary: 'An access token for a user and its password', security: [], body: Credentials, response: answers({ 200: AccessToken }, 401) } },
      async (request, reply) => reply.header('cache-control', 'no-store').send(await accounts.login(request.body)),
    );
  };
