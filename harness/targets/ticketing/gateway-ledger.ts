import Type from 'typebox';
import { Value } from 'typebox/value';
import { compareText } from '../../audit/compare.ts';
import type { LedgerRow } from '../../contracts/ledger.ts';

const DEADLINE_MS = 30_000;

const entry = { chargeId: Type.String(), amount: Type.Number(), status: Type.String() };
/** What GET /ledger of the gateway answers, as far as the audit needs it. */
const GatewayLedger = Type.Object({ charges: Type.Array(Type.Object(entry)), refunds: Type.Array(Type.Object({ refundId: Type.String(), ...entry })) });

/** The gateway's own ledger: money taken, sorted by charge, and money given back, sorted by refund. Throws when it does not answer, or with something else. */
export async function readGatewayLedger(gatewayUrl: string): Promise<{ charges: LedgerRow<'gateway'>[]; refunds: LedgerRow<'gatewayRefunds'>[] }> {
  const response = await fetch(new URL('/ledger', gatewayUrl), { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok) throw new Error(`the gateway answered GET /ledger with ${response.status}`);
  const body: unknown = await response.json();
  if (!Value.Check(GatewayLedger, body)) throw new Error('the gateway answered GET /ledger with something that is not its ledger');
  return {
    charges: body.charges.map(({ chargeId, amount, status }) => ({ charge: chargeId, amount, status })).sort((a, b) => compareText(a.charge, b.charge)),
    refunds: body.refunds.map(({ refundId, chargeId, amount, status }) => ({ refund: refundId, charge: chargeId, amount, status })).sort((a, b) => compareText(a.refund, b.refund)),
  };
}
