import { closeSync, openSync, writeSync } from 'node:fs';

/** Writes a file until the file system has no room for a page more. Throws any other error. */
export function fillDisk(path: string): void {
  const fd = openSync(path, 'w', 0o600);
  try {
    for (const chunk of [Buffer.alloc(1 << 20, 1), Buffer.alloc(4096, 1)]) writeUntilFull(fd, chunk);
  } finally {
    closeSync(fd);
  }
}

function writeUntilFull(fd: number, chunk: Buffer): void {
  try {
    for (;;) writeSync(fd, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
