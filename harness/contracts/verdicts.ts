/** The four verdicts and every exit code of the program. docs/verdicts.md explains them. */
export const exitCodes = {
  PASS: 0,
  FAIL: 1,
  INCONCLUSIVE: 2,
  INVALID: 3,
  usage: 64,
  internal: 70,
  sigint: 130,
  sigterm: 143,
} as const;

export type VerdictName = 'PASS' | 'FAIL' | 'INCONCLUSIVE' | 'INVALID';

/** Worst first; the exit of a campaign is the first of these that any of its parts has. */
export const worstFirst: readonly VerdictName[] = ['FAIL', 'INVALID', 'INCONCLUSIVE', 'PASS'];
