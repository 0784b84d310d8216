import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildService, type Service } from '../../../service/app.ts';
import { parseConfig } from '../../../service/config.ts';

let service: Service;
beforeAll(async () => {
  const nowhere = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none', REDIS_URL: 'redis://127.0.0.1:1', KAFKA_BROKERS: '127.0.0.1:1', GATEWAY_URL: 'http://127.0.0.1:1' };
  service = await buildService(parseConfig({ ...nowhere, TOKEN_SECRET: 'sixteen characters' }), pino({ level: 'silent' }));
  await service.app.ready();
});
afterAll(() => service.close());

test('the page of the API loads what it needs from the service itself, and its policy allows nothing else', async () => {
  const page = await service.app.inject('/docs/');
  expect(page.statusCode).toBe(200);
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toMatch(/https?:\/\/(?!localhost)/);
  expect(page.body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  const wanted = [...page.body.matchAll(/(?:src|href)="\.?([^"]+\.(?:js|css))"/g)].map(([, path = '']) => path.replace(/^\.?\/?(docs\/)?/, '/docs/'));
  expect(wanted.length).toBeGreaterThan(2);
  for (const path of wanted) expect((await service.app.inject(path)).statusCode, path).toBe(200);
  expect((await service.app.inject('/docs/json')).json()).toEqual(service.app.swagger());
});
