import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** Less than this and nothing that writes will go on for long; what Spring's actuator has as its default. */
const freeBytesMin = 10 * 1024 * 1024;

/** Whether there is room on the disk of temporary files (heap snapshots go there). A disk that cannot be asked has none. */
export async function diskHasRoom(): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(tmpdir());
    return bavail * bsize >= freeBytesMin;
  } catch {
    return false;
  }
}
