import { join } from 'node:path';
import { styleText } from 'node:util';
import { artefacts } from '../contracts/run-folder.ts';
import type { JudgedObjective, Verdict } from '../contracts/verdict.ts';

const colours = { PASS: 'green', FAIL: 'red', INCONCLUSIVE: 'yellow', INVALID: 'magenta', MISSING: 'magenta' } as const;

/** Prints the verdict for people, or as JSON, with the path of the report. */
export function printVerdict(verdict: Verdict, runDir: string, json: boolean): void {
  const report = join(runDir, artefacts.report);
  if (json) process.stdout.write(`${JSON.stringify({ ...verdict, report }, null, 1)}\n`);
  else process.stdout.write(`${verdictLines(verdict, report).join('\n')}\n`);
}

export function verdictLines(verdict: Verdict, report: string): string[] {
  const failedChecks = verdict.validity.filter(({ ok }) => !ok);
  return [
    '',
    ...verdict.objectives.filter(({ gate }) => gate).map(objectiveLine),
    ...failedChecks.map(({ name, sentence }) => `  ${styleText('magenta', 'not valid'.padEnd(13))} ${name}: ${sentence}`),
    '',
    `${styleText(['bold', colours[verdict.verdict]], verdict.verdict)}  ${verdict.sentence}`,
    verdict.nextAction,
    `Report: ${report}`,
    `Exit code ${verdict.exitCode}`,
  ];
}

function objectiveLine({ result, title, phase, estimate, op, limit, unit, lower, upper, samples, censored }: JudgedObjective): string {
  const shown = (value: number | null): string => (value === null ? '–' : valueText(value, unit));
  const interval = lower === null && upper === null ? '' : `  [${shown(lower)} … ${shown(upper)}]`;
  return `  ${styleText(colours[result], result.padEnd(13))} ${title.padEnd(44)} ${phase.padEnd(18)} ${(censored ? '> ' : '') + shown(estimate)} (${op} ${valueText(limit, unit)})${interval}  n=${samples}`;
}

function valueText(value: number, unit: JudgedObjective['unit']): string {
  if (unit === 'ratio') return `${Number((value * 100).toFixed(3))} %`;
  const text = String(Number(value.toFixed(value < 10 ? 2 : 1)));
  return unit === 'count' ? text : `${text} ${unit}`;
}
