import { closeSync, constants, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Supervisor } from '../supervisor/api.ts';

/** Ends the stream: written into the FIFO by the reader itself, after the last writer is gone. Never part of CSV. */
const endMark = '\x04';

/** Makes a named pipe. Rejects when it is there already or the folder is not writable. */
export async function makeFifo(supervisor: Supervisor, path: string): Promise<void> {
  const logFile = join(dirname(path), 'mkfifo.log');
  const { code } = await supervisor.execute({ name: `mkfifo ${path}`, command: 'mkfifo', args: ['-m', '600', path], env: { PATH: process.env.PATH ?? '' }, logFile }, 5000);
  if (code !== 0) throw new Error(`mkfifo ${path} failed with code ${code}; see ${logFile}`);
}

export interface FifoReader {
  /** Call after the last writer is gone: resolves when everything it wrote was read; the FIFO is removed. */
  finish(): Promise<void>;
}

/**
 * Reads a FIFO as a stream. Opened for reading and writing, so that opening does not wait for k6, k6's end is no end
 * of file, and a k6 that dies before it opens the FIFO leaves nobody hanging.
 */
export function readFifo(path: string, onText: (text: string) => void): FifoReader {
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  let socket: Socket;
  try {
    socket = new Socket({ fd, readable: true, writable: true });
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  const ended = new Promise<void>((resolve, reject) => {
    socket.setEncoding('utf8');
    socket.on('error', reject);
    socket.on('data', (chunk: string) => {
      const end = chunk.indexOf(endMark);
      onText(end === -1 ? chunk : chunk.slice(0, end));
      if (end !== -1) resolve();
    });
  });
  // Told by finish(); without a handler until then it would end the process.
  ended.catch(() => undefined);
  return {
    finish: async () => {
      socket.write(endMark);
      try {
        await ended;
      } finally {
        socket.destroy();
        await rm(path, { force: true });
      }
    },
  };
}
