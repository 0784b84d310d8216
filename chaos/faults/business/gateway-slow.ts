import Type from 'typebox';
import { behaveGateway } from '../../drivers/gateway.ts';
import { meanReaches } from '../../signs.ts';
import { faultKind } from '../fault.ts';
import { answersOf, gatewayCanary } from './gateway-probe.ts';

/** The service waits no longer than that for an answer, in the worst case, and then counts that time. */
const PATIENCE_MS = 500;

/** The payment gateway takes its time. Longer than the service waits: what it did is not known. */
export const gatewaySlow = faultKind({
  kind: 'gateway-slow',
  family: 'business',
  summary: 'the payment gateway answers late',
  targets: ['gateway'],
  promise: 'an order of our own takes latencyMs or longer, or is not answered within 1 s',
  params: Type.Object({ latencyMs: Type.Integer({ minimum: 100, maximum: 60_000, default: 3000, description: 'Time added to every answer.' }) }, { additionalProperties: false }),
  undo: (_fault, world) => [{ kind: 'gateway-behave', api: world.addresses.gatewayDirect, behaviour: { addedLatencyMs: 0 } }],
  apply: ({ params }, world) => behaveGateway(world.addresses.gatewayDirect, { addedLatencyMs: params.latencyMs }),
  change: ({ params }, world) => behaveGateway(world.addresses.gatewayDirect, { addedLatencyMs: params.latencyMs }),
  canary: (_fault, world) => gatewayCanary(world, 1, (tried) => ({ ok: tried.every(({ answer }) => answer === 201), detail: answersOf(tried) })),
  holds: (probe, { params }) => probe.detail === 'late: 1' || (probe.ok && probe.latencyMs >= params.latencyMs),
  sign: ({ params }, world) => meanReaches(world, 'mean time of calls to the gateway', Math.min(params.latencyMs, PATIENCE_MS) * 0.9, 'gateway_call_duration_seconds'),
});
