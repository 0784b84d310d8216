import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { projectRoot } from './setup/paths.mjs';

export { projectRoot };

/** Version of this program, from package.json. */
export const gatecrashVersion = (JSON.parse(readFileSync(resolve(projectRoot, 'package.json'), 'utf8')) as { version: string }).version;
