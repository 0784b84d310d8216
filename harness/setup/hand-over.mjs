import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Signals that a terminal sends to every process of the group in its foreground. */
const fromTerminal = ['SIGINT', 'SIGHUP', 'SIGQUIT'];

const nodeArgs = [
  // kafkajs computes a negative delay now and then, which Node 26 warns about; it does no harm.
  '--disable-warning=TimeoutNegativeWarning',
  // Ends the program when this launcher is killed: nobody would be left to tell it.
  `--import=${fileURLToPath(new URL('./follow-launcher.mjs', import.meta.url))}`,
];

/** Runs a script with another Node in our place: its output, its signals, its exit code (128 + n after a signal). */
export function handOver(node, script, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...nodeArgs, script, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    for (const signal of fromTerminal) process.on(signal, () => inForeground() || child.kill(signal));
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : code));
  });
}

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
