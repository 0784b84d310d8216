import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { FromSupervisor, ToSupervisor } from './protocol.ts';

/** The way to a supervisor, whichever it is. */
export interface Channel {
  readonly pid: number;
  send(message: ToSupervisor, server?: Server): void;
  onMessage(listener: (message: FromSupervisor) => void): void;
  /** The supervisor is gone, or the way to it is. */
  onGone(listener: (why: string) => void): void;
  /** Lets go of it, whatever it does then. */
  leave(): void;
  /** Resolves when the supervisor has ended (the one we started), or the way is closed (one we found). */
  gone(): Promise<void>;
}

/** To a supervisor that this process has started: IPC. When we are gone, it puts everything away. */
export function ipcChannel(child: ChildProcess): Channel {
  const gone = once(child, 'exit').then(() => undefined);
  return {
    pid: child.pid ?? 0,
    // A channel that breaks is told by 'exit', which rejects what is pending.
    send: (message, server) => void (child.connected && child.send(message, server, () => {})),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromSupervisor)),
    onGone(listener) {
      child.on('error', (error) => listener(error.message));
      child.on('exit', (code, signal) => listener(signal ?? `exit ${code}`));
    },
    leave() {
      child.disconnect();
      child.unref();
    },
    gone() {
      child.ref(); // Whoever waits for it keeps this process for so long.
      return gone;
    },
  };
}

/** To a supervisor that was left to itself: a socket of its own, a JSON text a line. */
export async function socketChannel(path: string, pid: number): Promise<Channel> {
  const socket = connect(path);
  await Promise.race([once(socket, 'connect'), once(socket, 'error').then(([error]) => Promise.reject(error as Error))]);
  const gone = once(socket, 'close').then(() => undefined);
  socket.on('error', () => {});
  return {
    pid,
    send: (message) => void (socket.writable && socket.write(`${JSON.stringify(message)}\n`)),
    onMessage: (listener) => void readLines(socket, (line) => listener(JSON.parse(line) as FromSupervisor)),
    onGone: (listener) => void gone.then(() => listener('its socket was closed')),
    leave: () => void socket.end(),
    gone: () => gone,
  };
}

export function readLines(socket: Socket, listener: (line: string) => void): void {
  createInterface({ input: socket, crlfDelay: Infinity }).on('line', listener).on('error', () => {});
}
