import Type from 'typebox';
import { behaveGateway } from '../../drivers/gateway.ts';
import { failedCalls } from '../../signs.ts';
import { faultKind } from '../fault.ts';
import { answersOf, gatewayCanary } from './gateway-probe.ts';
import { share } from './share.ts';

/** The payment gateway refuses what it is asked, without having done it. */
export const gatewayErrors = faultKind({
  kind: 'gateway-errors',
  family: 'business',
  summary: 'the payment gateway answers a share of all requests with a 5xx and does nothing',
  targets: ['gateway'],
  promise: 'of ⌈1/share⌉ orders of our own at least one is answered with that status',
  params: Type.Object(
    {
      share: share('Share of requests that fail.', 1),
      status: Type.Integer({ minimum: 500, maximum: 599, default: 503, description: 'HTTP status they get.' }),
    },
    { additionalProperties: false },
  ),
  undo: (_fault, world) => [{ kind: 'gateway-behave', api: world.addresses.gatewayDirect, behaviour: { errorShare: 0 } }],
  apply: ({ params }, world) => behaveGateway(world.addresses.gatewayDirect, { errorShare: params.share, errorStatus: params.status }),
  change: ({ params }, world) => behaveGateway(world.addresses.gatewayDirect, { errorShare: params.share, errorStatus: params.status }),
  canary: ({ params }, world) => gatewayCanary(world, params.share, (tried) => ({ ok: tried.every(({ answer }) => answer === 201), detail: answersOf(tried) })),
  holds: (probe, { params }) => probe.detail?.includes(`${params.status}:`) ?? false,
  sign: (fault, world) => failedCalls(world, fault.target),
});
