import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ensureSchemathesis, schemathesisMissing } from '../schemathesis/install.ts';
import { startTestService, type TestService } from '../support/service.ts';

const document = resolve(import.meta.dirname, '../../service/openapi.json');
const config = resolve(import.meta.dirname, '../schemathesis/schemathesis.toml');
/** Requests per operation and phase; the long campaign takes more of them: SCHEMATHESIS_EXAMPLES=500. */
const examples = process.env['SCHEMATHESIS_EXAMPLES'] ?? '15';
const missing = await schemathesisMissing();
const adminKey = 'the key of operations';
const adminRoutes = '^/(admin|settlements)';

let shop: TestService;
let url: string;
beforeAll(async () => {
  shop = await startTestService(inject('stack'), { roles: 'api,worker', seats: 500, settings: { REQUEST_TIMEOUT_MS: '5000', ADMIN_KEY: adminKey } });
  url = await shop.service.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => shop?.[Symbol.asyncDispose]());

/** Runs schemathesis with all its checks; its exit code and what it printed. */
async function fuzz(...args: string[]): Promise<{ code: number | null; output: string }> {
  const tool = await ensureSchemathesis();
  const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'));
  const child = spawn(tool.command, [...tool.args, '--config-file', config, 'run', document, '--url', url, '--checks', 'all', '--max-examples', examples, '--seed', '1', '--no-color', ...args], { cwd: folder, env: tool.env, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise<number | null>((done) => child.once('close', done));
    return { code, output: output.slice(-12_000) };
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

const notRun = missing === undefined ? '' : ` (not run: ${missing})`;

test.skipIf(missing !== undefined)(`schemathesis finds nothing in what buyers call${notRun}`, async () => {
  const buyer = await shop.buyer();
  await buyer.active();
  const { code, output } = await fuzz('--exclude-path-regex', adminRoutes, '--header', `X-Queue-Token: ${buyer.token}`);
  expect(code, output).toBe(0);
}, 600_000);

// After the buyers: operations switch routes off.
test.skipIf(missing !== undefined)(`schemathesis finds nothing in what operations call${notRun}`, async () => {
  const { code, output } = await fuzz('--include-path-regex', adminRoutes, '--header', `X-Admin-Key: ${adminKey}`);
  expect(code, output).toBe(0);
}, 600_000);
