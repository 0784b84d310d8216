import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { HOST, baseEnvironment, logFileOf } from './context.ts';
import type { NativeContext, Started } from './context.ts';
import { waitFor } from './wait.ts';

const READY_TIMEOUT_MS = 10_000;

/** Starts a Redis that keeps nothing on disk, for in this service it is never the authority; with an append-only file where a fault needs one. */
export async function startRedis(context: NativeContext, port: number): Promise<Started> {
  const folder = join(context.dataDir, 'redis');
  await mkdir(folder);
  const startedMs = performance.now();
  const logFile = logFileOf(context, 'redis');
  const keeps = context.topology.extras.includes('append-only-file') ? ['--appendonly', 'yes', '--appendfsync', 'everysec'] : ['--appendonly', 'no'];
  const handle = await context.supervisor.spawn({
    name: 'redis',
    command: context.tools.redisServer,
    args: ['--port', String(port), '--bind', HOST, '--dir', folder, ...keeps, '--save', '', '--daemonize', 'no'],
    cwd: folder,
    env: baseEnvironment(),
    logFile,
  });
  const info = await waitFor({ what: 'redis ready', timeoutMs: READY_TIMEOUT_MS, process: handle, logFile }, () => ask(port, 'INFO server'));
  const version = /redis_version:(\S+)/.exec(info)?.[1] ?? context.tools.versions.redis;
  return { handle, version, readyMs: performance.now() - startedMs };
}

/** One inline command and what comes back within a second, as text. */
function ask(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, HOST, () => socket.write(`${command}\r\n`));
    socket.setTimeout(1000, () => socket.destroy(new Error('no answer within 1000 ms')));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      const text = data.toString('utf8');
      if (text.startsWith('-')) reject(new Error(text.trim()));
      else resolve(text);
    });
  });
}
