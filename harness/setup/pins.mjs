import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirOf, projectRoot } from './paths.mjs';

/** Folder of the committed go.mod, go.sum and kafka/pom.xml. */
export const toolsDir = join(projectRoot, 'harness/setup/tools');

const read = (name) => readFileSync(join(toolsDir, name), 'utf8');

/**
 * Versions of the tools and their places in the cache, keyed by what they are made from and for which machine:
 * another version is another folder, and nothing has to be cleaned before it is built.
 */
export function pins(env) {
  const goMod = read('go.mod');
  const pom = read('kafka/pom.xml');
  const disruptorMod = read('disruptor/go.mod');
  const cacheDir = cacheDirOf(env);
  const goDirOf = (...texts) => join(cacheDir, `go-${hashOf(...texts, process.platform, process.arch)}`);
  const goDir = goDirOf(goMod, read('go.sum'));
  const version = (text, pattern) => {
    const match = pattern.exec(text);
    if (!match) throw new Error(`harness/setup/tools does not name a version: ${pattern.source}`);
    return match[1];
  };
  const tool = (toolVersion, path) => ({ version: toolVersion, path, ready: existsSync(path) });
  return {
    goMinimum: version(goMod, /^go ([0-9.]+)$/m),
    k6: tool(version(goMod, /go\.k6\.io\/k6\/v2 v([0-9.]+)/), join(goDir, 'k6')),
    toxiproxy: tool(version(goMod, /Shopify\/toxiproxy\/v2 v([0-9.]+)/), join(goDir, 'toxiproxy-server')),
    disruptor: tool(version(disruptorMod, /grafana\/xk6-disruptor v([0-9.]+)/), join(goDirOf(disruptorMod, read('disruptor/go.sum')), 'xk6-disruptor-agent')),
    kafka: tool(version(pom, /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([0-9.]+)</), join(cacheDir, `kafka-${hashOf(pom)}`)),
  };
}

/** First 16 digits of the SHA-256 of texts. */
export function hashOf(...texts) {
  return createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16);
}
