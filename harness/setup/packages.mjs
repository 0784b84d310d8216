import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withLock } from './lock.mjs';
import { fileOnPath, lockDirOf, projectRoot } from './paths.mjs';
import { hashOf } from './pins.mjs';
import { exitCodeOf, relaySignals } from './relay-signals.mjs';

const INSTALL_TIMEOUT_MS = 10 * 60_000;
const modules = join(projectRoot, 'node_modules');
const stampFile = join(modules, '.gatecrash-stamp');
const node26 = join(modules, 'node/bin/node');

/**
 * Makes node_modules match package-lock.json, by `npm ci` if need be, and gives the path of Node 26 in it. The stamp is
 * written last, so an install that was interrupted is done again.
 */
export async function ensurePackages(env, say) {
  if (packagesReady()) return node26;
  const onWait = (pid) => say(`packages: waiting for process ${pid}, which is installing them`);
  await withLock(
    join(lockDirOf(env), `npm-${hashOf(projectRoot)}.lock`),
    async () => {
      if (packagesReady()) return;
      // Somebody ran npm ci or npm install by hand: nothing to do but to note it.
      if (!(existsSync(node26) && matchesLockFile())) await install(env, say);
      writeFileSync(stampFile, stampOfLockFile());
    },
    { onWait },
  );
  return node26;
}

/** Whether node_modules is what package-lock.json says, for this machine, by the stamp of the last set-up. */
export function packagesReady() {
  return existsSync(node26) && contentOf(stampFile) === stampOfLockFile();
}

function stampOfLockFile() {
  return hashOf(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'), process.platform, process.arch);
}

async function install(env, say) {
  const startedMs = performance.now();
  say('packages and Node 26: npm ci …');
  rmSync(stampFile, { force: true });
  await npmCi(env);
  if (!existsSync(node26)) throw new Error('npm ci has left no node_modules/node/bin/node; is there a Node 26 for this machine?');
  say(`packages and Node 26: ready after ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}

/** Interrupted, npm still puts its files back; only after its end may another install begin, so we end after it. */
function npmCi(env) {
  return new Promise((resolve, reject) => {
    const npm = fileOnPath('npm', env) ?? 'npm';
    const args = ['ci', '--include=dev', '--ignore-scripts=false', '--no-audit', '--no-fund', '--loglevel=error'];
    const child = spawn(npm, args, { cwd: projectRoot, env: withoutOwnLinks(env), timeout: INSTALL_TIMEOUT_MS, stdio: ['ignore', 'pipe', 'pipe'] });
    const interruptedBy = relaySignals(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const interruption = interruptedBy();
      if (interruption) return reject(Object.assign(new Error(`interrupted by ${interruption}`), { exitCode: exitCodeOf(interruption) }));
      if (code === 0) return resolve();
      const lines = output.trim().split('\n').slice(-15).map((line) => `  | ${line}`);
      return reject(new Error(`npm ci: ${signal ?? `exit ${code}`}\n${lines.join('\n')}`));
    });
  });
}

/** npm's scripts have node_modules/.bin first on the PATH; the `node` there vanishes while npm ci runs. */
function withoutOwnLinks(env) {
  const PATH = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== join(modules, '.bin')).join(delimiter);
  return { ...env, PATH };
}

/** Whether npm's own record of what it installed says what package-lock.json says. */
function matchesLockFile() {
  const installed = packagesOf(join(modules, '.package-lock.json'));
  const wanted = packagesOf(join(projectRoot, 'package-lock.json'));
  if (!installed || !wanted) return false;
  const same = (path) => installed[path]?.version === wanted[path]?.version && installed[path]?.integrity === wanted[path]?.integrity;
  // Optional packages are there or not, according to the machine.
  const complete = Object.keys(wanted).every((path) => path === '' || same(path) || (wanted[path].optional && !installed[path]));
  return complete && Object.keys(installed).every((path) => wanted[path] !== undefined);
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
