import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagesReady } from './packages.mjs';
import { cacheDirOf, fileOnPath, isExecutable } from './paths.mjs';
import { pins } from './pins.mjs';

/** How each program tells its version. */
const programs = {
  go: { file: 'go', args: ['version'], pattern: /go([0-9]+(?:\.[0-9]+)+)/ },
  java: { file: 'java', args: ['-version'], pattern: /version "([0-9][0-9._]*)/ },
  maven: { file: 'mvn', args: ['--version'], pattern: /Apache Maven ([0-9.]+)/ },
  redis: { file: 'redis-server', args: ['--version'], pattern: /v=([0-9.]+)/ },
  haproxy: { file: 'haproxy', args: ['-v'], pattern: /version ([0-9]+(?:\.[0-9]+)+)/, elsewhere: '/usr/sbin/haproxy' },
  faketime: { file: 'faketime', args: ['--version'], pattern: /Version ([0-9]+(?:\.[0-9]+)+)/ },
  wrk: { file: 'wrk', args: ['-v'], pattern: /^wrk (?:debian\/)?([0-9]+(?:\.[0-9]+)+)/m },
  k6: { file: 'k6', args: ['version'], pattern: /k6 v([0-9.]+)/ },
};

/** What this machine has. Nothing is downloaded or changed, but for the memory of versions in the cache. */
export function inspectMachine(env = process.env, { withExtras = false } = {}) {
  const { k6, toxiproxy, kafka, goMinimum } = pins(env);
  const memory = new VersionMemory(join(cacheDirOf(env), 'versions.json'));
  const program = (name) => findProgram(name, env, memory);
  const k6OnPath = k6.ready ? undefined : program('k6');
  const needGo = !(k6.ready || k6OnPath?.version === k6.version) || !toxiproxy.ready;
  const machine = {
    platform: process.platform,
    arch: process.arch,
    nodeVersion: process.versions.node,
    isRoot: process.getuid?.() === 0,
    apt: fileOnPath('apt-get', env) !== undefined,
    packagesReady: packagesReady(),
    npm: fileOnPath('npm', env) !== undefined,
    goMinimum,
    k6Ready: k6.ready || k6OnPath?.version === k6.version,
    toxiproxyReady: toxiproxy.ready,
    kafkaReady: kafka.ready,
    // Asking Go and Maven for their version takes up to half a second: only when they are needed.
    go: needGo ? program('go') : undefined,
    maven: kafka.ready ? undefined : program('maven'),
    java: program('java'),
    redis: program('redis'),
    haproxy: withExtras ? program('haproxy') : undefined,
    faketime: withExtras ? program('faketime') : undefined,
    wrk: withExtras ? program('wrk') : undefined,
    k6: k6OnPath,
  };
  memory.save();
  return machine;
}

function findProgram(name, env, memory) {
  const { file, args, pattern, elsewhere } = programs[name];
  // Debian's servers lie where the PATH of an ordinary user does not look.
  const home = name === 'java' && env.JAVA_HOME ? join(env.JAVA_HOME, 'bin/java') : elsewhere;
  const path = fileOnPath(file, env) ?? (home && isExecutable(home) ? home : undefined);
  if (path === undefined) return undefined;
  const version = memory.versionOf(path, () => {
    const { stdout, stderr } = spawnSync(path, args, { encoding: 'utf8', timeout: 20_000, env });
    return pattern.exec(`${stdout}\n${stderr}`)?.[1];
  });
  return { path, version };
}

/** Remembers the version a file told, as long as the file stays the same. */
class VersionMemory {
  constructor(path) {
    this.path = path;
    this.changed = false;
    try {
      this.versions = JSON.parse(readFileSync(path, 'utf8'));
    } catch {
      this.versions = {};
    }
  }

  versionOf(path, ask) {
    const real = realpathSync(path);
    const { size, mtimeMs } = statSync(real);
    const stamp = `${size}:${mtimeMs}`;
    const known = this.versions[real];
    if (known?.stamp === stamp) return known.version;
    const version = ask();
    // A program that did not tell is asked again next time.
    if (version !== undefined) {
      this.versions[real] = { stamp, version };
      this.changed = true;
    }
    return version;
  }

  save() {
    if (!this.changed) return;
    mkdirSync(join(this.path, '..'), { recursive: true });
    const partial = `${this.path}.partial-${process.pid}`;
    writeFileSync(partial, JSON.stringify(this.versions));
    renameSync(partial, this.path);
  }
}
