import Type from 'typebox';
import { behaveGateway } from '../../drivers/gateway.ts';
import { failedCalls } from '../../signs.ts';
import { faultKind } from '../fault.ts';
import { answersOf, gatewayCanary } from './gateway-probe.ts';
import { share } from './share.ts';

/** The payment gateway takes the money, and the answer is lost: who asked cannot know. */
export const gatewayUnknown = faultKind({
  kind: 'gateway-unknown',
  family: 'business',
  summary: 'the payment gateway books a share of all orders, and their connections are cut before the answer',
  targets: ['gateway'],
  promise: 'of ⌈1/share⌉ orders of our own at least one is cut, and asked afterwards the gateway says that it was booked',
  params: Type.Object({ share: share('Share of orders whose answer is lost.', 0.5) }, { additionalProperties: false }),
  undo: (_fault, world) => [{ kind: 'gateway-behave', api: world.addresses.gatewayDirect, behaviour: { lostShare: 0 } }],
  apply: ({ params }, world) => behaveGateway(world.addresses.gatewayDirect, { lostShare: params.share }),
  change: ({ params }, world) => behaveGateway(world.addresses.gatewayDirect, { lostShare: params.share }),
  canary: ({ params }, world) => gatewayCanary(world, params.share, (tried) => ({ ok: tried.every(({ answer }) => answer === 201), detail: answersOf(tried) })),
  holds: (probe) => probe.detail?.includes('cut after booking') ?? false,
  sign: (fault, world) => failedCalls(world, fault.target),
});
