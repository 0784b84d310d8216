import { join } from 'node:path';
import { fileOnPath } from './paths.mjs';
import { makeOnce } from './make-once.ts';
import type { Progress } from './make-once.ts';
import { toolsDir } from './pins.mjs';
import type { Pin } from './pins.mjs';
import { runCommand } from './run-command.ts';

const FETCH_TIMEOUT_MS = 10 * 60_000;

export const kafkaClasspath = (pin: Pin): string => join(pin.path, '*');

/** Fetches the brokers' JARs with Maven, and asks Kafka for its version. */
export async function ensureKafka(pin: Pin, java: string, progress: Progress): Promise<void> {
  const title = `Kafka ${pin.version}`;
  const make = async (partial: string): Promise<void> => {
    const args = ['-B', '-q', '-f', join(toolsDir, 'kafka/pom.xml'), 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${partial}`];
    await runCommand({ what: `fetching ${title}`, command: fileOnPath('mvn', process.env) ?? 'mvn', args, timeoutMs: FETCH_TIMEOUT_MS });
    const output = await runCommand({ what: `trying ${title}`, command: java, args: ['-XX:-UsePerfData', '-cp', join(partial, '*'), 'kafka.Kafka', '--version'], timeoutMs: 60_000 });
    if (!output.includes(pin.version)) throw new Error(`${title}: what was fetched calls itself "${output.trim()}"`);
  };
  await makeOnce({ title, doing: 'fetching its JARs', path: pin.path, make }, progress);
}
