import { untilSeen } from '../../drivers/deadline.ts';
import { faultKind, noParams } from '../fault.ts';
import { isGone } from '../process/targets.ts';
import { brokers } from './brokers.ts';

const LEAVE_WITHIN_MS = 20_000;
const LOOK_MS = 100;

/** A broker leaves in order, as for maintenance: it hands over what it leads, closes, and is started again at the end. */
export const brokerLeave = faultKind({
  kind: 'broker-leave',
  family: 'kafka',
  summary: 'a broker is asked to end (SIGTERM): it hands over what it leads and is started again at the end',
  targets: brokers,
  promise: 'the broker answers nobody',
  params: noParams,
  verifyWithinMs: 15_000,
  goneWithinMs: 45_000,
  takesAway: ({ target }) => [target],
  undo: ({ target }) => [{ kind: 'process-start', name: target }],
  async apply({ target }, { processes }) {
    await processes.signal(target, 'SIGTERM');
    await untilSeen({ what: `${target} has left`, withinMs: LEAVE_WITHIN_MS, pauseMs: LOOK_MS }, () => !processes.runs(target));
  },
  holds: (probe) => !probe.ok,
  // The service is not to notice: what the broker led was handed over before.
  sign: ({ target }, world) => isGone(world, target),
});
