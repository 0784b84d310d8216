import type { Measurements } from '../../../harness/contracts/measurements.ts';
import { html, type Html } from '../escape.ts';
import { bytesText, none, numberText, ratioText } from '../format.ts';
import type { Run } from '../run.ts';
import { missing, section, table } from '../ui.ts';
import { servers } from './servers.ts';

type Process = Measurements['processes'][number];

/** Who used the machine: the stack under test, or what tests it; and what Redis and Toxiproxy said of themselves. */
export function cpu(run: Run): Html {
  const { measurements } = run;
  const rows = (measurements?.processes ?? []).filter(({ process }) => process !== 'machine').toSorted((a, b) => (b.cpuSeconds ?? -1) - (a.cpuSeconds ?? -1));
  if (rows.length === 0) return section('cpu', 'CPU by process', missing('The processes were not measured.'), servers(run));
  const own = share(rows.filter(isHarness));
  return section('cpu', 'CPU by process', html`<figure class="chart" aria-labelledby="cpu-sentence"><figcaption><p id="cpu-sentence">${sentence(own)}</p></figcaption>${bar(rows)}
${table(
  'CPU and memory over the load',
  [{ head: 'Process' }, { head: 'Part' }, { head: 'CPU', number: true }, { head: 'Share', number: true }, { head: 'Cores, busiest 10 s', number: true }, { head: 'Peak memory', number: true }, { head: 'Seconds not seen', number: true }],
  rows.map((row) => ({
    head: html`<span class="key ${isHarness(row) ? 'harness' : 'stack'}"></span>${row.process}`,
    cells: [isHarness(row) ? 'test' : 'stack', row.cpuSeconds === null ? none : `${numberText(row.cpuSeconds, 1)} s`, row.cpuShare === null ? none : ratioText(row.cpuShare, 1), row.coresMax === null ? none : numberText(row.coresMax, 2), row.memoryBytesMax === null ? none : bytesText(row.memoryBytesMax), numberText(row.missingSeconds)],
  })),
)}</figure>`, servers(run));
}

function sentence(own: number | null): string {
  if (own === null) return 'The CPU used could not be measured.';
  return `The load generator and the harness used ${ratioText(own, 0)} of the CPU, the stack under test ${ratioText(1 - own, 0)}.`;
}

/** One bar of all CPU used: the stack's part first, then the generator's and the harness's. */
function bar(rows: readonly Process[]): Html {
  let x = 0;
  const parts = rows.filter(({ cpuShare }) => cpuShare !== null && cpuShare > 0).toSorted((a, b) => Number(isHarness(a)) - Number(isHarness(b)));
  const boxes = parts.map((row) => {
    const from = x;
    x += row.cpuShare! * 100;
    return html`<rect class="${isHarness(row) ? 'harness' : 'stack'}" x="${percent(from)}" y="0" width="${percent(row.cpuShare! * 100)}" height="22"/>${row.cpuShare! > 0.09 && html`<text x="${percent(from + row.cpuShare! * 50)}" y="15" text-anchor="middle">${row.process}</text>`}`;
  });
  return html`<svg class="sharebar" role="img" aria-labelledby="cpu-t cpu-d" width="100%" height="22"><title id="cpu-t">CPU by process</title><desc id="cpu-d">${parts.map((row) => `${row.process} ${ratioText(row.cpuShare!, 0)}`).join(', ')}</desc>${boxes}</svg>`;
}

function isHarness({ process }: Process): boolean {
  return /^(k6|harness|supervisor)/.test(process);
}

function share(rows: readonly Process[]): number | null {
  const shares = rows.map(({ cpuShare }) => cpuShare).filter((part) => part !== null);
  return shares.length === 0 ? null : shares.reduce((sum, part) => sum + part, 0);
}

function percent(value: number): string {
  return `${Math.round(value * 100) / 100}%`;
}
