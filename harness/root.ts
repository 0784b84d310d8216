import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Folder of the project. */
export const projectRoot = resolve(dirname(import.meta.filename), '..');

/** Version of this program, from package.json. */
export const gatecrashVersion = (JSON.parse(readFileSync(resolve(projectRoot, 'package.json'), 'utf8')) as { version: string }).version;
