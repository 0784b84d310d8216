import { canaryOf } from '../../drivers/canary.ts';
import { executeSql } from '../../drivers/postgres-sessions.ts';
import { grows } from '../../signs.ts';
import type { Canary, FaultWorld } from '../../world.ts';
import { faultKind, noParams } from '../fault.ts';

const DEADLINE_MS = 1500;
const CONSTRAINT = 'gatecrash_fault';

/** The daily close breaks off: the database refuses the last step, so no day can be completed. */
export const settlementFailure = faultKind({
  kind: 'settlement-failure',
  family: 'business',
  summary: 'the daily close fails: the database refuses to complete a day',
  targets: ['postgres'],
  promise: 'a settlement that is asked for over the admin API ends as FAILED',
  params: noParams,
  undo: (_fault, world) => [{ kind: 'postgres-execute', url: world.addresses.postgresDirect, statement: `ALTER TABLE settlements DROP CONSTRAINT IF EXISTS ${CONSTRAINT}` }],
  apply: (_fault, world) => executeSql(world.addresses.postgresDirect, `ALTER TABLE settlements ADD CONSTRAINT ${CONSTRAINT} CHECK (status <> 'COMPLETED') NOT VALID`),
  canary: (_fault, world) => settlementCanary(world),
  holds: (probe) => probe.detail === 'FAILED',
  sign: (_fault, world) => grows(world, 'daily closes that failed, counted by the service', { name: 'settlement_runs_total', labels: { result: 'failure' }, combine: 'sum' }),
});

/** Asks for the latest daily close to be made anew, which changes nothing when it goes well. */
function settlementCanary({ addresses, adminKey }: FaultWorld): Canary {
  const call = async (method: string, path: string): Promise<unknown> => {
    const response = await fetch(addresses.api + path, { method, headers: { 'x-admin-key': adminKey, connection: 'close' }, signal: AbortSignal.timeout(DEADLINE_MS) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response.json();
  };
  let settlementId: number | undefined;
  return canaryOf(async () => {
    settlementId ??= ((await call('GET', '/admin/settlements?limit=1')) as { settlements: { settlementId: number }[] }).settlements[0]?.settlementId;
    if (settlementId === undefined) throw new Error('no day has been closed yet');
    const { status } = (await call('POST', `/settlements/${settlementId}/reprocess`)) as { status: string };
    if (status !== 'COMPLETED') throw new Error(status);
    return status;
  });
}
