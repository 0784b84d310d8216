import { commitLost } from './commit-lost.ts';
import { connections } from './connections.ts';
import { rowLocks } from './row-locks.ts';
import { slowQueries } from './slow-queries.ts';

/** What PostgreSQL itself can do to the service. */
export const postgres = [connections, rowLocks, slowQueries, commitLost];
