import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildService, type Service } from '../../../service/app.ts';
import { parseConfig } from '../../../service/config.ts';
import { publishedEvents } from '../../../service/events/published.ts';
import { catalogue } from '../../../service/metrics/catalogue.ts';

/** What the service publishes about itself, as data; the harness reads these files. UPDATE_GOLDEN=1 writes them. */
const folder = resolve(import.meta.dirname, '../../../service');
let service: Service;
beforeAll(async () => {
  // Nothing listens there: the clients fail, the document does not need them.
  const nowhere = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', REDIS_URL: 'redis://127.0.0.1:1', KAFKA_BROKERS: '127.0.0.1:1', GATEWAY_URL: 'http://127.0.0.1:1' };
  service = await buildService(parseConfig({ ...nowhere, TOKEN_SECRET: 'sixteen characters' }), pino({ level: 'silent' }));
  await service.app.ready();
});
afterAll(() => service.close());

function expectGolden(file: string, value: unknown): void {
  const text = `${JSON.stringify(value, null, 1)}\n`;
  if (process.env['UPDATE_GOLDEN']) writeFileSync(resolve(folder, file), text);
  expect(readFileSync(resolve(folder, file), 'utf8')).toBe(text);
}

test('openapi.json is the document of the routes', () => {
  expectGolden('openapi.json', service.app.swagger());
});

test('metrics.json names every metric of the catalogue', () => {
  expectGolden('metrics.json', Object.values(catalogue).map(({ name, type, labels, help }) => ({ name, type, labels, help })));
});

test('events.json names every topic and every event', () => {
  expectGolden('events.json', publishedEvents());
});

test('every route documents what it may answer, and is there under /api too', async () => {
  const { paths } = service.app.swagger() as unknown as { paths: Record<string, Record<string, { responses: Record<string, unknown> }>> };
  expect(Object.keys(paths).length).toBeGreaterThan(8);
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { responses }] of Object.entries(operations)) {
      expect(Object.keys(responses), `${method} ${path}`).not.toContain('default');
      if (!path.startsWith('/health')) expect(service.app.hasRoute({ method: method.toUpperCase() as 'GET', url: `/api${path.replaceAll(/\{(\w+)\}/g, ':$1')}` }), `/api${path}`).toBe(true);
    }
  }
});
