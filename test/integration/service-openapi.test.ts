import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, inject, test } from 'vitest';
import { ensureSchemathesis, schemathesisMissing } from '../schemathesis/install.ts';
import { startTestService } from '../support/service.ts';

const document = resolve(import.meta.dirname, '../../service/openapi.json');
const config = resolve(import.meta.dirname, '../schemathesis/schemathesis.toml');
/** Requests per operation and phase; the long campaign takes more of them: SCHEMATHESIS_EXAMPLES=500. */
const examples = process.env['SCHEMATHESIS_EXAMPLES'] ?? '15';
const missing = await schemathesisMissing();

test.skipIf(missing !== undefined)(
  `schemathesis finds nothing with all its checks${missing === undefined ? '' : ` (not run: ${missing})`}`,
  async () => {
    await using shop = await startTestService(inject('stack'), { roles: 'api,worker', seats: 500, settings: { REQUEST_TIMEOUT_MS: '5000' } });
    const url = await shop.service.app.listen({ host: '127.0.0.1', port: 0 });
    const buyer = await shop.buyer();
    await buyer.active();
    const tool = await ensureSchemathesis();
    const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'));
    const args = [...tool.args, '--config-file', config, 'run', document, '--url', url, '--checks', 'all', '--max-examples', examples, '--seed', '1', '--no-color', '--header', `X-Queue-Token: ${buyer.token}`];
    const child = spawn(tool.command, args, { cwd: folder, env: tool.env, stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const code = await new Promise<number | null>((done) => child.once('close', done));
      expect(code, output.slice(-12_000)).toBe(0);
    } finally {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  },
  600_000,
);
