import { connect } from 'node:net';

/** Why nobody takes a connection there within the time, e.g. "ECONNREFUSED"; undefined when somebody does. */
export function whyNotOpen(host: string, port: number, timeoutMs = 500): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    const end = (why?: string): void => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => end()).once('timeout', () => end('no answer')).once('error', (error) => end((error as NodeJS.ErrnoException).code ?? error.message));
  });
}
