import { rmSync, writeFileSync } from 'node:fs';
import { startTestStack } from './support/global-setup.ts';

/**
 * A stack that stays up while one works on integration tests, which otherwise each start their own:
 * `node harness/gatecrash.mjs exec test/stack.ts FILE`, and elsewhere `TEST_STACK=FILE npx vitest …`. Ctrl-C ends it.
 */
const file = process.argv[2];
if (file === undefined) {
  process.stderr.write('which file shall the addresses go to? node harness/gatecrash.mjs exec test/stack.ts FILE\n');
  process.exit(64);
}
const { stack, close } = await startTestStack();
writeFileSync(file, `${JSON.stringify(stack, null, 1)}\n`);
process.stdout.write(`up: TEST_STACK=${file}\n`);
const keepAlive = setInterval(() => {}, 60_000);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    clearInterval(keepAlive);
    rmSync(file, { force: true });
    void close();
  });
}
