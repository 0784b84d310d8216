import { linkSync, mkdirSync, readFileSync, rmSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;
const TAKEOVER_STALE_MS = 10_000;

/**
 * Runs `work` while holding a lock that excludes other processes of this machine. A lock whose holder is dead is taken
 * over. `onWait(pid)` is called once when somebody else holds it; rejects after `timeoutMs`.
 */
export async function withLock(path, work, { onWait = () => {}, timeoutMs = 15 * 60_000 } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  const own = `${process.pid} ${startTicksOf(process.pid)} ${Math.random()}`;
  const deadlineMs = Date.now() + timeoutMs;
  for (let waiting = false; !acquire(path, own); waiting = true) {
    const holder = contentOf(path);
    if (holder === undefined) continue;
    if (!holderLives(holder)) {
      takeOver(path, holder);
      continue;
    }
    const [pid] = holder.split(' ');
    if (!waiting) onWait(Number(pid));
    if (Date.now() > deadlineMs) throw new Error(`lock ${path}: not free after ${timeoutMs} ms; last: held by process ${pid}`);
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    if (contentOf(path) === own) rmSync(path, { force: true });
  }
}

/** A link appears with its content or not at all, so nobody ever reads a lock without a holder. */
function acquire(path, own) {
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, own);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes the lock of a dead holder. Those who want to are kept apart: else the second would remove the first one's new lock. */
function takeOver(path, holder) {
  const gate = `${path}.takeover`;
  try {
    mkdirSync(gate);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    removeOldGate(gate);
    return;
  }
  try {
    if (contentOf(path) === holder) rmSync(path, { force: true });
  } finally {
    rmdirSync(gate);
  }
}

function removeOldGate(gate) {
  try {
    if (Date.now() - statSync(gate).mtimeMs > TAKEOVER_STALE_MS) rmdirSync(gate);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function contentOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function holderLives(holder) {
  const [pid, startTicks] = holder.split(' ');
  return startTicksOf(Number(pid)) === startTicks;
}

/** Start time of a process as /proc has it; "gone" when there is none, "alive" where there is no /proc to tell. */
function startTicksOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    if (process.platform === 'linux') return 'gone';
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    return error.code === 'EPERM' ? 'alive' : 'gone';
  }
}
