import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureTools } from '../../harness/setup/tools.ts';
import { startTestStack } from '../support/global-setup.ts';
import { Arena } from './arena.ts';
import { figures, gradeOf } from './figures.ts';
import { median } from './median.ts';
import { ratios } from './ratios.ts';
import { missingTools } from './tools.ts';

/**
 * `npm run bench:service [-- --rounds 5 --seconds 3 --only reservation --out FILE]`: what the service makes of its
 * database and its Redis, as ratios against the plain tools on the same data and path, in one run.
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' }, only: { type: 'string' }, out: { type: 'string', default: 'reports/bench/service.json' } } });
const missing = missingTools();
if (missing.length > 0) {
  process.stdout.write(`skipped, for these are not there:\n${missing.map((line) => `  ${line}\n`).join('')}`);
  process.exit(0);
}
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const chosen = ratios.filter(({ name }) => values.only === undefined || name.includes(values.only));

const tools = await ensureTools(() => {});
const { stack, supervisor, workDir, close } = await startTestStack();
let arena: Arena | undefined;
try {
  arena = await Arena.open(stack, supervisor, workDir, seconds);
  const results = [];
  for (const ratio of chosen) {
    const pairs: { ours: number; theirs: number }[] = [];
    // The first round warms up; sides change places, so that neither always comes after the other.
    for (let round = 0; round <= rounds; round++) {
      const sides = { ours: 0, theirs: 0 };
      for (const side of round % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const)) sides[side] = await ratio[side](arena);
      if (round > 0) pairs.push(sides);
    }
    const result = { name: ratio.name, floor: ratio.floor, goal: ratio.goal, ratio: median(pairs.map(({ ours, theirs }) => ours / theirs)), ours: median(pairs.map(({ ours }) => ours)), theirs: median(pairs.map(({ theirs }) => theirs)), pairs };
    results.push(result);
    process.stdout.write(`${ratio.name.padEnd(62)} ${result.ratio.toFixed(2)}  (floor ${ratio.floor}, goal ${ratio.goal}: ${gradeOf(ratio, result.ratio)})  ${Math.round(result.ours)}/s ÷ ${Math.round(result.theirs)}/s\n`);
  }
  const reservation = results.find(({ name }) => name.startsWith('reservation ÷ pgbench'));
  const more = values.only === undefined && reservation ? await figures(arena, tools.k6, reservation.ours) : [];
  for (const { name, value, unit } of more) process.stdout.write(`${name.padEnd(90)} ${typeof value === 'number' ? value.toFixed(1) : value} ${unit}\n`);
  const out = resolve(values.out);
  await mkdir(dirname(out), { recursive: true });
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, versions: tools.versions };
  await writeFile(out, `${JSON.stringify({ machine, rounds, seconds, ratios: results, figures: more }, null, 1)}\n`);
  process.stdout.write(`${machine.cpus} × ${machine.model}; ${Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`).join(', ')}; medians of ${rounds} rounds of ${seconds} s; ${values.out}\n`);
} finally {
  await arena?.close();
  await close();
}
