const NODE_MINIMUM = '20.0.0';
const JAVA_MINIMUM = '17';
const REDIS_MINIMUM = '6.2';
const HAPROXY_MINIMUM = '2.4';

/**
 * What a run needs of the machine, judged. Pure. Only what is really needed is demanded: with k6 and Toxiproxy in the
 * cache nobody has to have Go.
 */
export function requirements(machine) {
  const toBuild = [machine.k6Ready ? '' : 'k6', machine.toxiproxyReady ? '' : 'Toxiproxy'].filter(Boolean).join(' and ');
  const apt = (packageName) => packageCommand(machine, packageName);
  return [
    judge({
      name: 'Node',
      minimum: NODE_MINIMUM,
      found: { version: machine.nodeVersion },
      neededFor: 'this program',
      fix: 'install Node 20 or newer: https://nodejs.org/en/download',
    }),
    judge({ name: 'npm', found: machine.npm ? { version: undefined } : undefined, neededFor: machine.packagesReady ? '' : 'the packages', fix: 'install npm, which comes with Node: https://nodejs.org/en/download' }),
    judge({
      name: 'Go',
      minimum: machine.goMinimum,
      found: machine.go,
      neededFor: toBuild === '' ? '' : `building ${toBuild}`,
      fix: goCommand(machine),
    }),
    judge({ name: 'Java', minimum: JAVA_MINIMUM, found: machine.java, neededFor: 'the Kafka brokers', fix: apt(machine.platform === 'darwin' ? 'openjdk@17' : 'openjdk-17-jre-headless') }),
    judge({ name: 'Maven', found: machine.maven, neededFor: machine.kafkaReady ? '' : 'fetching Kafka', fix: apt('maven') }),
    judge({
      name: 'Redis',
      minimum: REDIS_MINIMUM,
      found: machine.redis,
      // As root with apt-get the set-up installs it.
      neededFor: machine.redis === undefined && machine.isRoot && machine.apt ? '' : 'the stack',
      fix: apt(machine.platform === 'darwin' ? 'redis' : 'redis-server'),
    }),
  ];
}

/** What only some commands need: nothing is demanded until one of them is called. */
export function extras(machine) {
  const installable = machine.isRoot && machine.apt;
  return [
    { ...judge({ name: 'HAProxy', minimum: HAPROXY_MINIMUM, found: machine.haproxy, neededFor: 'experiments with replicas', fix: packageCommand(machine, 'haproxy') }), installable: installable && machine.haproxy === undefined },
    { ...judge({ name: 'faketime', found: machine.faketime, neededFor: 'the fault clock-skew', fix: packageCommand(machine, 'faketime') }), installable: installable && machine.faketime === undefined },
    { ...judge({ name: 'wrk', found: machine.wrk, neededFor: 'npm run bench:service', fix: packageCommand(machine, 'wrk') }), installable: false },
  ];
}

function packageCommand({ platform, isRoot }, packageName) {
  return platform === 'darwin' ? `brew install ${packageName}` : `${isRoot ? '' : 'sudo '}apt-get install -y ${packageName}`;
}

/**
 * The lines for what is needed and missing or too old; empty when a run can be set up. With `packagesOnly`, only what
 * the program itself needs counts.
 */
export function missingLines(machine, packagesOnly = false) {
  return requirements(machine)
    .filter(({ name, ok }) => !ok && (!packagesOnly || name === 'Node' || name === 'npm'))
    .map(({ name, need, have, neededFor, fix }) => `${name}${need} is needed for ${neededFor}, ${have}. Fix: ${fix}`);
}

function judge({ name, minimum, found, neededFor, fix }) {
  const need = minimum === undefined ? '' : ` ${minimum} or newer`;
  const there = found !== undefined;
  const newEnough = there && (minimum === undefined || compareVersions(found.version ?? '0', minimum) >= 0);
  const have = there ? (newEnough ? 'there' : `but ${found.version ?? 'an unknown version'} is there`) : 'but it is not there';
  return { name, need, neededFor, version: found?.version, path: found?.path, have, ok: neededFor === '' || newEnough, fix };
}

function goCommand({ platform, arch, isRoot }) {
  if (platform === 'darwin') return 'brew install go';
  const goArch = arch === 'x64' ? 'amd64' : arch;
  return `curl -fsSL https://go.dev/dl/go1.26.8.linux-${goArch}.tar.gz | ${isRoot ? '' : 'sudo '}tar -C /usr/local -xz && export PATH=/usr/local/go/bin:$PATH`;
}

/** Below zero when `a` is older than `b`. Java's old "1.8" counts as 8. */
export function compareVersions(a, b) {
  const parts = (text) => text.replace(/^1\.(?=[5-8]\b)/, '').split(/[._]/).map(Number);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] || 0) - (right[index] || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
