import Type from 'typebox';
import { disrupt, markOf } from '../../drivers/disruptor.ts';
import { someUsersSlow } from '../../signs.ts';
import { faultKind } from '../fault.ts';
import { machineNeeds, pathCanary, pathParam, stackNeeds, undoOf } from './disrupted.ts';

/** Requests to a path take longer, and the service does not know of it. The delay runs while the service works. */
export const httpLatency = faultKind({
  kind: 'http-latency',
  family: 'http',
  summary: 'the requests to a path are answered late, which the service never sees (agent of xk6-disruptor)',
  targets: ['api'],
  reroutes: true,
  promise: 'a request of our own takes averageDelayMs − variationMs or longer',
  machineNeeds,
  stackNeeds,
  params: Type.Object(
    {
      path: pathParam('/'),
      averageDelayMs: Type.Integer({ minimum: 50, maximum: 1500, default: 500, description: 'How long an answer takes at least, on average.' }),
      variationMs: Type.Integer({ minimum: 0, maximum: 1000, default: 0, description: 'How far it may be from that, chosen by the agent at random (not by the seed); at most averageDelayMs.' }),
    },
    { additionalProperties: false },
  ),
  undo: undoOf,
  apply: (fault, world) => {
    const { path, averageDelayMs, variationMs } = fault.params;
    return disrupt(world, { mark: markOf(world, fault), path, agentArgs: ['-a', `${averageDelayMs}ms`, '-v', `${variationMs}ms`] });
  },
  canary: ({ params }, world) => pathCanary(world, params.path, 1, ([answer]) => `answered ${answer?.status}`),
  holds: (probe, { params }) => probe.latencyMs >= params.averageDelayMs - params.variationMs,
  sign: ({ params }, world) => someUsersSlow(world, params.averageDelayMs - params.variationMs),
});
