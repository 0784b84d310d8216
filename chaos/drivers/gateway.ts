import type { GatewayBehaviour } from '../../harness/contracts/fault.ts';

const CALL_TIMEOUT_MS = 3000;

/** Tells the payment gateway's simulator how to misbehave; what is not named stays. Read back; idempotent. */
export async function behaveGateway(api: string, change: GatewayBehaviour): Promise<void> {
  const response = await fetch(new URL('/behaviour', api), {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the gateway refused ${JSON.stringify(change)}: ${response.status} ${text}`);
  const after = JSON.parse(text) as Record<string, unknown>;
  if (Object.entries(change).some(([key, value]) => after[key] !== value)) throw new Error(`the change had no effect: the gateway reads back as ${text}`);
}

/** As `behaveGateway`; one that is not there has forgotten how it misbehaved. */
export async function mendGateway(api: string, change: GatewayBehaviour): Promise<void> {
  try {
    await behaveGateway(api, change);
  } catch (error) {
    if ((error as { cause?: NodeJS.ErrnoException }).cause?.code !== 'ECONNREFUSED') throw error;
  }
}
