/** One thing wrong with what the user gave us: names the place and the fix. */
export interface Problem {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** path of the key, e.g. faults[0].target */
  readonly key?: string;
  readonly message: string;
  /** what to do about it */
  readonly fix?: string;
}

/** The user's mistake: printed as a list without a stack, exit code 64. */
export class UsageError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(problemText).join('\n'));
    this.name = 'UsageError';
    this.problems = problems;
  }
}

/** What it gives; a user's mistakes in it are added to the others. */
export function attempt<T>(problems: Problem[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

export function problemText(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const subject = [place, problem.key].filter(Boolean).join(': ');
  return [subject && `${subject}: `, problem.message, problem.fix && ` (${problem.fix})`].filter(Boolean).join('');
}
