import { Value } from 'typebox/value';
import Type from 'typebox';
import type { LedgerRow } from '../../contracts/ledger.ts';

const DEADLINE_MS = 30_000;

/** What GET /ledger of the gateway answers, as far as the audit needs it. */
const GatewayLedger = Type.Object({ charges: Type.Array(Type.Object({ chargeId: Type.String(), amount: Type.Number(), status: Type.String() })) });

/** The gateway's own ledger, sorted by charge. Throws when it does not answer, or with something else. */
export async function readGatewayLedger(gatewayUrl: string): Promise<LedgerRow<'gateway'>[]> {
  const response = await fetch(new URL('/ledger', gatewayUrl), { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok) throw new Error(`the gateway answered GET /ledger with ${response.status}`);
  const body: unknown = await response.json();
  if (!Value.Check(GatewayLedger, body)) throw new Error('the gateway answered GET /ledger with something that is not its ledger');
  return body.charges
    .map(({ chargeId, amount, status }) => ({ charge: chargeId, amount, status }))
    .sort((a, b) => (a.charge < b.charge ? -1 : a.charge > b.charge ? 1 : 0));
}
