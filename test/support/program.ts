import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from './cli.ts';

/** The service as a process of its own. Disposing kills it. */
export interface Program extends AsyncDisposable {
  readonly url: string;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly output: string;
  signal(signal: NodeJS.Signals): void;
}

export function startProgram(env: Readonly<Record<string, string>>): Program {
  const child = spawn(process.execPath, [join(projectRoot, 'service/server.ts')], { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'close').then(([code, signal]) => ({ code: code as number | null, signal: signal as NodeJS.Signals | null }));
  return {
    url: `http://127.0.0.1:${env['PORT']}`,
    ended,
    get output() {
      return output;
    },
    signal: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
