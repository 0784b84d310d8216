import Type from 'typebox';
import { adminCanary } from '../../drivers/kafka-canary.ts';
import { lagOf, topicOf } from '../../drivers/kafka.ts';
import { isStopped } from '../process/targets.ts';
import { faultKind } from '../fault.ts';

const TOPIC = 'payment-events';
const GROUP = 'data-platform';
const STANDS = 'nothing is committed';
/** Consumers that get on commit several times a second while messages wait. */
const STANDS_MS = 2000;

/** The consumers' process does nothing any more: what is published waits, and nobody commits. */
export const consumerPaused = faultKind({
  kind: 'consumer-paused',
  family: 'kafka',
  summary: 'the consumers are stopped (SIGSTOP) and the lag grows; needs replicas, where they are a process of their own',
  targets: ['consumer'],
  promise: `messages wait for the group ${GROUP}, and it commits nothing`,
  params: Type.Object({ lagMessages: Type.Integer({ description: 'so far behind it must be for the fault to hold', minimum: 1, maximum: 1_000_000, default: 1 }) }, { additionalProperties: false }),
  verifyWithinMs: 60_000,
  goneWithinMs: 60_000,
  takesAway: ({ target }) => [target],
  undo: ({ target }, world) => [{ kind: 'process-continue', process: world.processes.find(target) }],
  apply: ({ target }, world) => world.processes.signal(target, 'SIGSTOP'),
  canary({ params }, world) {
    let committedBefore: number | undefined;
    let movedMs = 0;
    return adminCanary(world.addresses.kafkaBrokers, async (admin) => {
      const { committed, lag } = await lagOf(admin, topicOf(world, TOPIC), topicOf(world, GROUP));
      if (committed !== committedBefore) movedMs = performance.now();
      committedBefore = committed;
      const stands = lag >= params.lagMessages && performance.now() - movedMs >= STANDS_MS;
      return `${lag} messages wait${stands ? `, ${STANDS}` : ''}`;
    });
  },
  holds: (probe) => probe.ok && probe.detail?.endsWith(STANDS) === true,
  sign: ({ target }, world) => isStopped(world, target),
});
