import { rename, writeFile } from 'node:fs/promises';

/** Sets a clock that libfaketime reads from a file, once a second; nothing when the stack with its folder is gone. */
export async function setClock(file: string, offsetSeconds: number): Promise<void> {
  const partial = `${file}.partial`;
  try {
    await writeFile(partial, `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}\n`);
    await rename(partial, file); // Whole, or not at all: it is read at any moment.
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
