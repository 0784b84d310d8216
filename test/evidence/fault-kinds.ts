import { examples } from '../faults/examples/index.ts';
import { bitAndWent, neverBit, playAll, type Played } from '../faults/play.ts';

/** Plays every example of every kind on real servers, with the fault and with everything but the fault, and prints a table. Exit code 1 when one did not bite, did not go, or was verified though nothing was done. Arguments: kinds; all when there are none. */
const wanted = process.argv.slice(2);
const seconds = (value: number | null): string => (value === null ? '–' : value.toFixed(1));
const same = (edges: readonly string[], as: readonly string[]): boolean => edges.join() === as.join();
const isGood = ({ edges, idleEdges }: Played): boolean => same(edges, bitAndWent) && same(idleEdges, neverBit);

process.stdout.write('| kind | target | verified after (s) | gone after (s) | without the fault | evidence |\n|---|---|--:|--:|---|---|\n');
let bad = 0;
await playAll(
  examples.filter(({ spec }) => wanted.length === 0 || wanted.includes(spec.kind)),
  (played) => {
    const { example, edges, idleEdges, verifiedSeconds, goneSeconds, evidence } = played;
    if (!isGood(played)) bad++;
    const idle = same(idleEdges, neverBit) ? 'not verified' : `**${idleEdges.join(', ')}**`;
    const odd = same(edges, bitAndWent) ? '' : `**${edges.join(', ')}** `;
    process.stdout.write(`| ${example.spec.kind} | ${example.spec.target} | ${seconds(verifiedSeconds)} | ${seconds(goneSeconds)} | ${idle} | ${odd}${evidence.replaceAll('|', '/')} |\n`);
  },
);
process.exit(bad === 0 ? 0 : 1);
