import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

/** Signals that a terminal sends to every process of the group in its foreground. */
const fromTerminal = ['SIGINT', 'SIGHUP', 'SIGQUIT'];

/**
 * Passes signals on to a child of our own process group instead of ending by them, until it has ended. Gives a function
 * that tells the last signal that came.
 */
export function relaySignals(child) {
  let last;
  const relay = (signal) => {
    last = signal;
    if (!(fromTerminal.includes(signal) && inForeground())) child.kill(signal);
  };
  const signals = [...fromTerminal, 'SIGTERM'];
  for (const signal of signals) process.on(signal, relay);
  child.once('exit', () => signals.forEach((signal) => process.off(signal, relay)));
  return () => last;
}

/** Exit code of a process that ended by a signal, as a shell has it. */
export const exitCodeOf = (signal) => 128 + constants.signals[signal];

/**
 * Whether our process group is in the foreground of a terminal. Then such a signal has come from the keyboard and the
 * child has it already; sent twice it would mean "at once".
 */
function inForeground() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , groupId, , , foregroundGroupId] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return groupId === foregroundGroupId;
  } catch {
    return Boolean(process.stdin.isTTY);
  }
}
