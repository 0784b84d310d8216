import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { SCHEMA_VERSION } from '../contracts/run-header.ts';

/**
 * Joins what the generators wrote to one history.ndjson with its header; the lines of each generator keep their order.
 * Nothing is repaired: a last line that was cut stays cut, so that the audit notices. The logs are removed afterwards.
 * A log that is missing is an error: k6 makes it before it does anything else.
 */
export async function mergeHistory(logs: readonly string[], path: string, runId: string): Promise<void> {
  const temporary = `${path}.partial`;
  const file = await open(temporary, 'w');
  try {
    await file.write(`${JSON.stringify({ schemaVersion: SCHEMA_VERSION, artefact: 'history', runId })}\n`);
    let cut = false;
    for (const log of logs) {
      // A cut line must not swallow the first line of the next generator.
      if (cut) await file.write('\n');
      cut = false;
      for await (const chunk of createReadStream(log, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
        await file.write(chunk);
        cut = chunk.at(-1) !== 0x0a;
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  for (const log of logs) await rm(log, { force: true });
}
