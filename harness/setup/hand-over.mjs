import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { exitCodeOf, relaySignals } from './relay-signals.mjs';

const nodeArgs = [
  // V8 would let the young generation grow to 16 MB, which the harness' heap of 30 MB has no room for: every collection would be one of
  // the whole heap, a third of the harness' CPU in a run.
  '--max-semi-space-size=8',
  // kafkajs computes a negative delay now and then, which Node 26 warns about; it does no harm.
  '--disable-warning=TimeoutNegativeWarning',
  // Ends the program when this launcher is killed: nobody would be left to tell it.
  `--import=${fileURLToPath(new URL('./follow-launcher.mjs', import.meta.url))}`,
];

/** Runs a script with another Node in our place: its output, its signals, its exit code (128 + n after a signal). */
export function handOver(node, script, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...nodeArgs, script, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    relaySignals(child);
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ? exitCodeOf(signal) : code));
  });
}
