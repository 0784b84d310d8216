import Fastify from 'fastify';
import { Redis } from 'ioredis';

/** The least that a read through Redis can cost: one bare route, one GET. PORT, REDIS_URL, KEY. */
const { PORT = '0', REDIS_URL = '', KEY = '' } = process.env;
const redis = new Redis(REDIS_URL);
const app = Fastify();
app.get('/read', async (_request, reply) => reply.type('application/json').send(await redis.get(KEY)));
process.once('SIGTERM', () => process.exit(0));
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
