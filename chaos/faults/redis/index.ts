import { aofCorrupt } from './aof-corrupt.ts';
import { blocked } from './blocked.ts';
import { flushed } from './flushed.ts';
import { outOfMemory } from './out-of-memory.ts';
import { readOnly } from './read-only.ts';

/** What Redis itself can do to the service. */
export const redis = [outOfMemory, blocked, flushed, readOnly, aofCorrupt];
