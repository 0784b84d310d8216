import { timeAxis, type TimeAxis } from '../chart/axis.ts';
import { buckets, type Bucket } from '../chart/buckets.ts';
import { chart, legendBox, legendLine } from '../chart/chart.ts';
import { areaPath, barsPath, linePath, plotWidth, type Point } from '../chart/path.ts';
import { latencyScale, linearScale, type Scale } from '../chart/scale.ts';
import { html, type Html } from '../escape.ts';
import { none, numberText, offsetText } from '../format.ts';
import { axisPhases, phaseTitle, type Run } from '../run.ts';
import { missing, section, table, type Column, type Row } from '../ui.ts';
import { errorSentence, latencySentence, requestSentence } from './sentences.ts';

const heightPx = 150;
const chartBuckets = 500;
const tableBuckets = 60;

interface Drawing {
  readonly run: Run;
  readonly axis: TimeAxis;
  readonly points: readonly Bucket[];
}

/** Three charts on one time axis, so that cause and effect stand one above the other. */
export function timeline(run: Run): Html {
  const axis = timeAxis(run);
  if (!axis) return section('timeline', 'Timeline', missing('Nothing was measured over time, so there is nothing to draw.'));
  const drawing = { run, axis, points: buckets(run.measurements!.seconds, chartBuckets) };
  const marks = axis.marks.map(({ letter }) => letter);
  const key = html`<p class="lead">Seconds since the start of the load.${axis.windows.length > 0 && html` <span class="swatch light"></span> fault applied until gone, <span class="swatch dark"></span> verified and held.`}${marks.includes('D') && html` <b class="letter">D</b> detected by health.`}${marks.includes('R') && html` <b class="letter">R</b> recovered.`}</p>`;
  return section('timeline', 'Timeline', key, requests(drawing), latency(drawing), errors(drawing));
}

function requests({ run, axis, points }: Drawing): Html {
  const scale = linearScale(Math.max(...points.map(({ requestsPerSecond }) => requestsPerSecond)));
  const all = line(axis, scale, points, (bucket) => bucket.requestsPerSecond);
  const good = line(axis, scale, points, (bucket) => bucket.successfulPerSecond);
  return chart({
    id: 'requests',
    title: 'Requests',
    unit: 'per second',
    sentence: requestSentence(run),
    heightPx,
    axis,
    scale,
    tickText: numberText,
    layers: [
      html`<path class="fill all" d="${areaPath(all, heightPx)}"/><path class="line all" d="${linePath(all, heightPx)}"/>`,
      html`<path class="fill ok" d="${areaPath(good, heightPx)}"/><path class="line ok" d="${linePath(good, heightPx)}"/>`,
    ],
    legend: [legendLine('line all', 'all requests'), legendLine('line ok', 'successful, without polling')],
    table: dataTable(run, axis, 'Requests over time', [
      ['Requests/s', (bucket) => numberText(bucket.requestsPerSecond)],
      ['Successful/s', (bucket) => numberText(bucket.successfulPerSecond)],
      ['Polling/s', (bucket) => numberText(bucket.pollingPerSecond)],
    ]),
  });
}

function latency({ run, axis, points }: Drawing): Html {
  const scale = latencyScale(points.flatMap(({ p50Ms, p95Ms, p99Ms }) => [p50Ms, p95Ms, p99Ms].filter((ms) => ms !== null)));
  const p50 = line(axis, scale, points, (bucket) => bucket.p50Ms);
  const p95 = line(axis, scale, points, (bucket) => bucket.p95Ms);
  const p99 = line(axis, scale, points, (bucket) => bucket.p99Ms);
  const ms = (value: number | null): string => (value === null ? none : numberText(value, value < 10 ? 1 : 0));
  return chart({
    id: 'latency',
    title: 'Latency',
    unit: 'ms as the user sees it',
    sentence: latencySentence(run),
    heightPx,
    axis,
    scale,
    tickText: (value) => numberText(value, Number.isInteger(value) ? 0 : 1),
    layers: [
      html`<path class="fill p95" d="${areaPath(p95, heightPx, p50)}"/>`,
      html`<path class="line p99" d="${linePath(p99, heightPx)}"/><path class="line p95" d="${linePath(p95, heightPx)}"/><path class="line p50" d="${linePath(p50, heightPx)}"/>`,
    ],
    legend: [legendLine('line p99', 'p99'), legendLine('line p95', 'p95'), legendLine('line p50', 'p50')],
    table: dataTable(run, axis, 'Latency over time, in ms', [
      ['p50', (bucket) => ms(bucket.p50Ms)],
      ['p95', (bucket) => ms(bucket.p95Ms)],
      ['p99', (bucket) => ms(bucket.p99Ms)],
    ]),
  });
}

function errors({ run, axis, points }: Drawing): Html {
  const height = 90;
  const scale = linearScale(Math.max(2, ...points.map(({ bad, seconds }) => bad / seconds)), 3);
  const bars = line(axis, scale, points, ({ bad, seconds }) => bad / seconds);
  const width = points[0]!.seconds / axis.seconds;
  return chart({
    id: 'errors',
    title: 'Bad requests and health',
    unit: 'bad per second',
    sentence: errorSentence(run),
    heightPx: height,
    axis,
    scale,
    tickText: numberText,
    layers: [html`<path class="bars" d="${barsPath(bars, width * 0.8, height)}"/>`, healthRail(axis, points)],
    legend: [legendBox('bars', 'bad requests'), legendBox('health up', 'health ok', 2), legendBox('health down', 'health not ok', 7)],
    table: dataTable(run, axis, 'Bad requests and health over time', [
      ['Bad', (bucket) => numberText(bucket.bad)],
      ['Health', (bucket) => (bucket.healthOk === null ? none : bucket.healthOk ? 'ok' : 'not ok')],
    ]),
  });
}

/** Health is a rail along the top: thin while ok, thick while not, nothing while nobody asked. */
function healthRail(axis: TimeAxis, points: readonly Bucket[]): Html {
  const stretches: { ok: boolean | null; from: number; to: number }[] = [];
  for (const { second, seconds, healthOk } of points) {
    const last = stretches.at(-1);
    if (last?.ok === healthOk) last.to = second + seconds;
    else stretches.push({ ok: healthOk, from: second, to: second + seconds });
  }
  const x = (second: number): number => Math.round(axis.at(second * 1000) * plotWidth * 10) / 10;
  return html`${stretches.map(({ ok, from, to }) => ok !== null && html`<rect class="health ${ok ? 'up' : 'down'}" x="${x(from)}" y="0" width="${Math.round((x(to) - x(from)) * 10) / 10}" height="${ok ? 2 : 7}"/>`)}`;
}

function line(axis: TimeAxis, scale: Scale, points: readonly Bucket[], value: (bucket: Bucket) => number | null): readonly Point[] {
  return points.map((bucket) => {
    const amount = value(bucket);
    return { x: axis.middle(bucket), y: amount === null ? null : scale.at(amount) };
  });
}

function dataTable(run: Run, axis: TimeAxis, caption: string, figures: readonly (readonly [head: string, text: (bucket: Bucket) => string])[]): Html {
  const rows = buckets(run.measurements!.seconds, tableBuckets);
  const size = rows[0]?.seconds ?? 1;
  const columns: Column[] = [{ head: 'From', number: true }, { head: 'Phase' }, ...figures.map(([head]) => ({ head, number: true }))];
  const note = size === 1 ? '' : ` (${size} s a row: mean rates, worst latency, sum of bad)`;
  return table(`${caption}${note}`, columns, rows.map((bucket): Row => ({ head: offsetText(bucket.second * 1000 - axis.startMs), cells: [phaseAt(run, bucket), ...figures.map(([, text]) => text(bucket))] })));
}

function phaseAt(run: Run, bucket: Bucket): string {
  const middleMs = (bucket.second + bucket.seconds / 2) * 1000;
  const phases = axisPhases(run).filter(({ startMs, endMs }) => startMs <= middleMs && middleMs < endMs);
  return phaseTitle((phases.find(({ id }) => id.startsWith('fault:')) ?? phases[0])?.id ?? none);
}
