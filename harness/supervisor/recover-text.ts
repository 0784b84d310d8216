import type { RecoverReport } from './recover.ts';

/** What a recovery did, a line each; nothing when there was nothing to do. */
export function recoverLines(report: RecoverReport): string[] {
  return [
    ...report.undone.map((what) => `undone: ${what}`),
    ...report.stopped.map((what) => `stopped: ${what}`),
    ...report.removed.map((what) => `removed: ${what}`),
    ...report.problems.map((what) => `could not be put away: ${what}`),
  ];
}
