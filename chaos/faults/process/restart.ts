import Type from 'typebox';
import { watchfulCanary } from '../../drivers/own-port.ts';
import { faultKind } from '../fault.ts';
import { everyProcess, startedAnew } from './targets.ts';

/** A process ends and is started again at once: what it had in memory and every connection is lost. */
export const restart = faultKind({
  kind: 'restart',
  family: 'process',
  summary: 'a process ends and is started again at once',
  targets: everyProcess,
  promise: 'open connections are cut, and for a moment its port refuses',
  params: Type.Object(
    { how: Type.Union([Type.Literal('asked'), Type.Literal('killed')], { default: 'killed', description: 'asked: told to end in order, as in an update; killed: SIGKILL, as in a crash.' }) },
    { additionalProperties: false },
  ),
  shows: 'once',
  verifyWithinMs: 20_000,
  goneWithinMs: 40_000,
  takesAway: ({ target }) => [target],
  undo: ({ target }) => [{ kind: 'process-start', name: target }],
  async apply({ target, params }, { processes }) {
    if (params.how === 'asked') await processes.stop(target);
    else await processes.signal(target, 'SIGKILL');
    await processes.start(target);
  },
  canary: ({ target }, world) => watchfulCanary(world, target),
  holds: (probe) => !probe.ok,
  sign: ({ target }, world) => startedAnew(world, target),
});
