import type { JudgedObjective } from '../../harness/contracts/verdict.ts';
import { alphaOf } from '../stats/bounds.ts';
import { judgeCensus } from './census.ts';
import { judgeEvent } from './event.ts';
import { type Expanded, expandObjectives } from './expand.ts';
import type { JudgeInput } from './input.ts';
import { limitOf } from './limit.ts';
import { head, type JudgedRow, missing } from './row.ts';
import { judgeSampled } from './sampled.ts';
import { metricInfo } from './units.ts';

/** Judges every objective in every phase it applies to, worst first. */
export function judgeObjectives(input: JudgeInput): JudgedObjective[] {
  return expandObjectives(input.plan)
    .map((expanded) => withMargin(judgeOne(expanded, input)))
    .sort(worseFirst);
}

function judgeOne(expanded: Expanded, input: JudgeInput): JudgedRow {
  const { plan, measurements } = input;
  const { kind } = metricInfo(expanded.objective.metric);
  if (kind === 'census') return judgeCensus(expanded, input);
  if (measurements === null) return missing(head(expanded, limitOf(expanded.objective)), 'there are no measurements');
  return kind === 'event' ? judgeEvent(expanded, measurements, plan) : judgeSampled(expanded, measurements, alphaOf(plan.looks ?? 1));
}

const gatedRank = { FAIL: 0, MISSING: 1, INCONCLUSIVE: 2, PASS: 6 } as const;
const watchedRank = { FAIL: 3, MISSING: 4, INCONCLUSIVE: 5, PASS: 7 } as const;
const rank = (row: JudgedObjective): number => (row.gate ? gatedRank : watchedRank)[row.result];

/** Gated before watched, what is not proven before what is, close to the limit before far from it. */
function worseFirst(a: JudgedObjective, b: JudgedObjective): number {
  return rank(a) - rank(b) || compareNumber(a.margin ?? Number.NEGATIVE_INFINITY, b.margin ?? Number.NEGATIVE_INFINITY) || compareText(a.id, b.id) || compareText(a.phase, b.phase);
}

function withMargin(row: JudgedRow): JudgedObjective {
  const { op, limit, lower, upper, unit } = row;
  const low = op === '<' || op === '<=';
  const bound = low ? upper : lower;
  if (bound === null) return { ...row, margin: null };
  const scale = unit === 'ratio' && !low ? 1 - limit : limit;
  return { ...row, margin: ((low ? limit - bound : bound - limit) || 0) / (Math.abs(scale) || 1) };
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const compareNumber = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
