import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '../contracts/plan.ts';
import type { DatasetFile } from '../contracts/stack.ts';
import { recoverAndTell } from '../run/run.ts';
import { startWarmStack, type WarmStack } from '../run/warm-stack.ts';
import { ensureTools, extraToolsOf } from '../setup/tools.ts';
import { clearTicketing } from '../targets/ticketing/clear.ts';
import { LogSlices } from './log-slices.ts';
import { whyNotWell } from './well.ts';

/** A broker or a server that a fault has ended may need this long until it is as before. */
const WELL_WITHIN_MS = 15_000;

export interface StacksOptions {
  /** Existing folder; the servers of each stack log to a folder in it. */
  readonly logDir: string;
  readonly signal: AbortSignal;
  /** One line of progress for people. */
  report(line: string): void;
}

export interface Taken {
  readonly warm: WarmStack;
  /** From 1; another one is another stack. */
  readonly number: number;
  /** The servers' logs from here on. */
  readonly logs: LogSlices;
}

/** One stack for many runs, one after the other; a new one only where the last cannot be used again, and that is told. */
export class Stacks implements AsyncDisposable {
  readonly #options: StacksOptions;
  #warm: WarmStack | null = null;
  #started: number;
  /** What the last run left behind, to be cleared away before the next. */
  #leftover: Pick<DatasetFile, 'database' | 'topicPrefix'> | null = null;
  #spoilt: string | null = null;

  /** `started`: stacks that a campaign had before it was resumed. */
  constructor(options: StacksOptions, started = 0) {
    this.#options = options;
    this.#started = started;
  }

  /** Servers as new, for a run of `plan`. */
  async take(plan: Plan): Promise<Taken> {
    const why = this.#warm === null ? null : await this.#whyNotAgain(this.#warm, plan);
    if (why !== null) {
      this.#options.report(`a new stack, for ${why}`);
      await this.#end();
    }
    if (this.#warm !== null) return { warm: this.#warm, number: this.#started, logs: await LogSlices.from(this.#warm.logDir) };
    return this.#start(plan);
  }

  /** A run on it has ended, and these are its database and topics. */
  used(dataset: Pick<DatasetFile, 'database' | 'topicPrefix'>): void {
    this.#leftover = dataset;
  }

  /** The stack is not what it was, and must not be used again. */
  spoil(why: string): void {
    this.#spoilt = why;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  async #start(plan: Plan): Promise<Taken> {
    const { signal, report } = this.#options;
    const tools = await ensureTools(report, extraToolsOf(plan.stack));
    const logDir = join(this.#options.logDir, `stack-${this.#started + 1}`);
    await mkdir(logDir, { recursive: true });
    const logs = await LogSlices.from(logDir);
    this.#warm = await startWarmStack({ plan, tools, logDir, signal, report });
    return { warm: this.#warm, number: ++this.#started, logs };
  }

  async #whyNotAgain({ stack, topology }: WarmStack, plan: Plan): Promise<string | null> {
    if (this.#spoilt !== null) return this.#spoilt;
    if (!isDeepStrictEqual(topology, plan.stack)) return 'the next part wants the service to run in another way';
    const why = await whyNotWell(stack, WELL_WITHIN_MS);
    if (why !== null || this.#leftover === null) return why;
    try {
      await clearTicketing(stack, this.#leftover);
      this.#leftover = null;
      return null;
    } catch (error) {
      return `what the last run left cannot be removed: ${(error as Error).message}`;
    }
  }

  async #end(): Promise<void> {
    const warm = this.#warm;
    this.#warm = null;
    this.#leftover = null;
    this.#spoilt = null;
    await warm?.[Symbol.asyncDispose]();
    if (warm) await recoverAndTell(this.#options.report); // A supervisor that was killed has put nothing away.
  }
}
