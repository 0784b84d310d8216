import { gunzipSync, gzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { compression } from '../../../service/plugins/compression.ts';

async function send(body: string | Buffer, acceptEncoding: string | undefined, headers: Record<string, string> = {}) {
  const app = Fastify();
  await app.register(compression);
  app.get('/', async (_request, reply) => reply.headers(headers).type('text/plain').send(body));
  return await app.inject({ url: '/', ...(acceptEncoding !== undefined && { headers: { 'accept-encoding': acceptEncoding } }) });
}

const kilobyte = 'ab'.repeat(512);

test.for([
  { accepts: 'gzip', packed: true },
  { accepts: 'GZIP', packed: true },
  { accepts: 'br;q=1, gzip;q=0.5', packed: true },
  { accepts: '*', packed: true },
  { accepts: undefined, packed: false },
  { accepts: 'br', packed: false },
  { accepts: 'gzip;q=0', packed: false },
  { accepts: 'gzip;q=0, *;q=1', packed: false },
  { accepts: '*;q=0', packed: false },
  { accepts: ';;,,=', packed: false },
])('1 KB for who accepts $accepts: compressed $packed', async ({ accepts, packed }) => {
  const answer = await send(kilobyte, accepts);
  expect(answer.headers['content-encoding']).toBe(packed ? 'gzip' : undefined);
  expect(answer.headers['vary']).toBe('accept-encoding');
  expect((packed ? gunzipSync(answer.rawPayload) : answer.rawPayload).toString()).toBe(kilobyte);
});

test('the limit counts bytes, not letters', async () => {
  expect((await send('a'.repeat(1023), 'gzip')).headers['content-encoding']).toBeUndefined();
  expect((await send('별'.repeat(342), 'gzip')).headers['content-encoding']).toBe('gzip');
});

test('what is encoded already is left alone', async () => {
  const packed = gzipSync(kilobyte.repeat(2000));
  expect(packed.length).toBeGreaterThan(1024);
  const answer = await send(packed, 'gzip', { 'content-encoding': 'gzip' });
  expect(answer.rawPayload).toEqual(packed);
});

test('another answer with another etag is never told for it', async () => {
  const app = Fastify();
  await app.register(compression);
  app.get('/:n', async (request, reply) => reply.header('etag', `W/"${(request.params as { n: string }).n}"`).send(kilobyte + (request.params as { n: string }).n));
  for (const n of ['1', '2', '1']) {
    const answer = await app.inject({ url: `/${n}`, headers: { 'accept-encoding': 'gzip' } });
    expect(gunzipSync(answer.rawPayload).toString()).toBe(kilobyte + n);
  }
});

test('an answer that was given while another was being compressed stays the only one', async () => {
  const app = Fastify();
  await app.register(compression);
  app.get('/', (_request, reply) => {
    void reply.type('text/plain').send(kilobyte);
    void reply.code(503).send('late');
  });
  const answer = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip' } });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(answer.statusCode).toBe(503);
  expect(answer.payload).toBe('late');
});
