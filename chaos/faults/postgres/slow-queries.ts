import Type from 'typebox';
import { repeatInSessions } from '../../drivers/postgres-sessions.ts';
import { meanReaches } from '../../signs.ts';
import { faultKind } from '../fault.ts';
import { statementCanary } from './look.ts';

const params = Type.Object(
  { lockedMs: Type.Integer({ minimum: 40, maximum: 1000, default: 70, description: 'How long the table is locked at a time, ms; a statement waits once to twice that. Above 100 some give up after the 200 ms that the service waits for a lock.' }) },
  { additionalProperties: false },
);

/** Two in turns: while one holds the lock, the other is the next in line, so that everybody waits for a whole turn at least. */
const SESSIONS = 2;
/** The service does not wait longer for a lock, so the mean gets no further. */
const LONGEST_WAIT_MS = 200;

/** Whatever reads or writes seats takes long in the server: a table lock that is taken again and again, as a careless job would. */
export const slowQueries = faultKind({
  kind: 'slow-queries',
  family: 'postgres',
  summary: 'every statement that uses the table of seats is slow: two sessions of ours lock the table in turns, each for a moment',
  targets: ['postgres'],
  promise: 'reading a seat takes lockedMs at least',
  params,
  undo: (fault, world) => [{ kind: 'postgres-end-sessions', url: world.addresses.postgresDirect, applicationName: sessionOf(fault) }],
  apply: (fault, world) => repeatInSessions(world.addresses.postgresDirect, sessionOf(fault), SESSIONS, lockFor(fault.params.lockedMs)),
  canary: (_fault, world) => statementCanary(world.addresses.postgresProxied, 'SELECT FROM seats LIMIT 1'),
  holds: ({ latencyMs }, { params: { lockedMs } }) => latencyMs >= lockedMs * 0.9,
  sign: ({ params: { lockedMs } }, world) =>
    meanReaches(world, 'mean time of the statements that use seats, measured by the service', Math.min(lockedMs, LONGEST_WAIT_MS) * 0.75, 'db_query_duration_seconds', { statement: ['reserve-seat', 'read-seats'] }),
});

const sessionOf = (fault: { readonly id: string }): string => `gatecrash-fault-${fault.id}`;

const lockFor = (ms: number): string => `DO $$ BEGIN LOCK TABLE seats IN ACCESS EXCLUSIVE MODE; PERFORM pg_sleep(${ms / 1000}); END $$`;
