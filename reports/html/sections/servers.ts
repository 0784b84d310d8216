import type { Measurements } from '../../../harness/contracts/measurements.ts';
import { timeAxis } from '../chart/axis.ts';
import { pieces } from '../chart/buckets.ts';
import { chart, legendBox, legendLine } from '../chart/chart.ts';
import { linePath, plotWidth } from '../chart/path.ts';
import { linearScale } from '../chart/scale.ts';
import { html, type Html } from '../escape.ts';
import { none, numberText, offsetText, plural } from '../format.ts';
import type { Run } from '../run.ts';
import { table } from '../ui.ts';

type Second = Measurements['servers'][number];

const heightPx = 90;
const chartBuckets = 500;
const tableBuckets = 60;

/** Several seconds as one: the mean of what Redis said, and every proxy that was not as always at any time. */
interface Stretch {
  readonly second: number;
  readonly seconds: number;
  readonly ops: number | null;
  /** null: Toxiproxy was not heard */
  readonly proxies: readonly string[] | null;
}

/** How busy Redis was, and what Toxiproxy did to whom, on the time axis of the other charts. Nothing where neither was read. */
export function servers(run: Run): Html | null {
  const seconds = run.measurements?.servers ?? [];
  const axis = timeAxis(run);
  if (!axis || !seconds.some(({ redisOpsPerSecond, proxies }) => redisOpsPerSecond !== null || proxies !== null)) return null;
  const points = pieces(seconds, chartBuckets, stretch);
  const scale = linearScale(Math.max(2, ...points.map(({ ops }) => ops ?? 0)), 3);
  const line = points.map(({ second, seconds: size, ops }) => ({ x: axis.at((second + size / 2) * 1000), y: ops === null ? null : scale.at(ops) }));
  const x = (second: number): number => Math.round(axis.at(second * 1000) * plotWidth * 10) / 10;
  const rail = points.map(({ second, seconds: size, proxies }) => proxies !== null && html`<rect class="health ${proxies.length === 0 ? 'up' : 'down'}" x="${x(second)}" y="0" width="${Math.round((x(second + size) - x(second)) * 10) / 10}" height="${proxies.length === 0 ? 2 : 7}"/>`);
  const rows = pieces(seconds, tableBuckets, stretch);
  return chart({
    id: 'servers',
    title: 'Redis and the proxies',
    unit: 'commands per second',
    sentence: sentence(seconds),
    heightPx,
    axis,
    scale,
    tickText: numberText,
    layers: [html`<path class="line all" d="${linePath(line, heightPx)}"/>`, html`${rail}`],
    legend: [legendLine('line all', 'Redis, as it counts itself'), legendBox('health up', 'proxies as always', 2), legendBox('health down', 'a proxy is off or has toxics', 7)],
    table: table(
      `Redis and the proxies over time${rows[0]?.seconds === 1 ? '' : ` (${rows[0]?.seconds ?? 1} s a row)`}`,
      [{ head: 'From', number: true }, { head: 'Redis commands/s', number: true }, { head: 'Proxies' }],
      rows.map(({ second, ops, proxies }) => ({ head: offsetText(second * 1000 - axis.startMs), cells: [ops === null ? none : numberText(ops), proxies === null ? none : proxies.length === 0 ? 'as always' : proxies.join(', ')] })),
    ),
  });
}

function sentence(seconds: readonly Second[]): string {
  const ops = seconds.flatMap(({ redisOpsPerSecond }) => (redisOpsPerSecond === null ? [] : [redisOpsPerSecond]));
  const touched = seconds.filter(({ proxies }) => proxies !== null && statesOf(proxies).length > 0).length;
  const gaps = seconds.filter(({ redisOpsPerSecond, proxies }) => redisOpsPerSecond === null || proxies === null).length;
  const busy = ops.length === 0 ? 'Redis was not heard' : `Redis carried up to ${numberText(Math.max(...ops))} commands per second`;
  const through = touched === 0 ? 'every proxy let everything through' : `a proxy was off or had toxics in ${plural(touched, 'second')}`;
  return `${busy}; ${through}${gaps === 0 ? '' : `; ${plural(gaps, 'second')} could not be read`}.`;
}

function stretch(part: readonly Second[]): Stretch {
  const ops = part.flatMap(({ redisOpsPerSecond }) => (redisOpsPerSecond === null ? [] : [redisOpsPerSecond]));
  const heard = part.flatMap(({ proxies }) => (proxies === null ? [] : [statesOf(proxies)]));
  return { second: part[0]!.second, seconds: part.length, ops: ops.length === 0 ? null : ops.reduce((sum, each) => sum + each, 0) / ops.length, proxies: heard.length === 0 ? null : [...new Set(heard.flat())] };
}

/** "redis off", "postgres 1 toxic" */
const statesOf = ({ off, toxics }: NonNullable<Second['proxies']>): string[] => [...off.map((proxy) => `${proxy} off`), ...Object.entries(toxics).map(([proxy, count]) => `${proxy} ${plural(count, 'toxic')}`)];
