import Type from 'typebox';
import { disrupt, markOf } from '../../drivers/disruptor.ts';
import { usersFailed } from '../../signs.ts';
import { faultKind } from '../fault.ts';
import { machineNeeds, pathCanary, pathParam, stackNeeds, undoOf } from './disrupted.ts';

/** By this in its body an answer of the agent is known from one of the service. */
const INJECTED = 'INJECTED_FAULT';
/** So many looks at once that hardly one in twenty shows nothing. */
const looksFor = (rate: number): number => Math.min(20, Math.ceil(3 / rate));

/** Some requests are answered with an error before they reach the service, which does not know of it. */
export const httpErrors = faultKind({
  kind: 'http-errors',
  family: 'http',
  summary: 'a share of the requests to a path is answered with an error that the service never sees (agent of xk6-disruptor)',
  targets: ['api'],
  reroutes: true,
  promise: 'of several requests of our own some are answered with that status by the agent',
  shows: 'partly',
  machineNeeds,
  stackNeeds,
  params: Type.Object(
    {
      path: pathParam('/queue/token'),
      errorRate: Type.Number({ minimum: 0.05, maximum: 1, default: 0.1, description: 'Share of requests that fail, chosen by the agent at random (not by the seed).' }),
      statusCode: Type.Integer({ minimum: 500, maximum: 599, default: 503, description: 'HTTP status they get.' }),
    },
    { additionalProperties: false },
  ),
  undo: undoOf,
  apply: (fault, world) => {
    const { path, errorRate, statusCode } = fault.params;
    const body = JSON.stringify({ type: 'about:blank', title: 'injected', status: statusCode, code: INJECTED, retryable: true });
    return disrupt(world, { mark: markOf(world, fault), path, agentArgs: ['-r', String(errorRate), '-e', String(statusCode), '-b', body] });
  },
  canary: ({ params }, world) =>
    pathCanary(world, params.path, looksFor(params.errorRate), (answers) => {
      const injected = answers.filter(({ status, text }) => status === params.statusCode && text.includes(INJECTED)).length;
      if (injected > 0) throw new Error(`${injected} of ${answers.length} answered ${params.statusCode} by the agent`);
      return `none of ${answers.length} answered by the agent`;
    }),
  holds: (probe) => probe.detail?.endsWith('by the agent') === true && !probe.ok,
  sign: (_fault, world) => usersFailed(world),
});
