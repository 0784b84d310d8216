import type { Bus } from '../harness/contracts/bus.ts';
import type { TimelineEvent } from '../harness/contracts/timeline.ts';
import type { Shows } from './faults/fault.ts';
import type { Sign } from './signs.ts';

/** Consecutive looks that must agree before an edge counts as seen. */
const LOOKS_IN_A_ROW = 2;
/** A count that grows under the fault must have stood still this long to count as "the service is served again". */
const STILL_MS = 1000;

export interface Watch extends Disposable {
  /** The fault is about to be applied: what was seen so far is only what a count grows from. */
  begin(): void;
  /** Resolves with the evidence when the canary shows what was promised and the sign, too; null at the deadline. */
  untilVerified(deadlineMs: number): Promise<string | null>;
  /** Resolves when canary and sign are as before; at the deadline with what the service lags behind, when the canary is as before; null when it is not. */
  untilGone(deadlineMs: number): Promise<Gone | null>;
  /** What was seen last, for the sentence when a deadline passes. */
  lastSeen(): string;
}

export interface Gone {
  readonly evidence: string;
  /** What the service still suffers from, though what the fault had hit is as always again. */
  readonly lags?: string;
}

export interface Watched {
  /** by which canary and sign are found on the bus */
  readonly watch: string;
  readonly shows: Shows;
  readonly sign: Pick<Sign, 'what' | 'rule' | 'calms' | 'ownCalls'> & { readonly otherwise?: Pick<NonNullable<Sign['otherwise']>, 'what'> };
}

/** Watches the canary and the sign of a fault on the bus, from now on. */
export function watchFault(bus: Bus, { watch, shows, sign }: Watched, clock: () => number = Date.now): Watch {
  let holding = 0;
  let everHeld = 0;
  let normal = 0;
  let atStart: number | undefined;
  let highest: number | undefined;
  let now: number | undefined;
  let movedAtMs = clock();
  let readAtMs: number | undefined;
  const other: { atStart: number | undefined; now: number | undefined } = { atStart: undefined, now: undefined };
  let lastLook = 'no look yet';
  const waiting = new Set<() => void>();

  const onTimeline = (event: TimelineEvent): void => {
    if (event.event === 'canary' && event.watch === watch) {
      holding = event.holds ? holding + 1 : 0;
      everHeld += event.holds ? 1 : 0;
      normal = event.ok && !event.holds ? normal + 1 : 0;
      lastLook = `${event.ok ? `canary answered in ${event.latencyMs.toFixed(1)} ms` : 'canary failed'}${event.detail === undefined ? '' : `: ${event.detail}`}`;
    } else if (event.event === 'sign' && event.watch === watch) {
      atStart ??= event.value;
      highest = Math.max(highest ?? event.value, event.value);
      if (event.value !== now) movedAtMs = event.tMs;
      now = event.value;
      readAtMs = event.tMs;
      other.now = event.otherwise ?? other.now;
      other.atStart ??= event.otherwise;
    } else return;
    for (const check of [...waiting]) check();
  };
  bus.on('timeline', onTimeline);

  const until = <Evidence>(seen: () => Evidence | null, deadlineMs: number): Promise<Evidence | null> =>
    new Promise((resolve) => {
      const end = (value: Evidence | null): void => {
        clearTimeout(timer);
        waiting.delete(check);
        resolve(value);
      };
      const check = (): void => {
        const evidence = seen();
        if (evidence !== null) end(evidence);
      };
      const timer = setTimeout(() => end(null), deadlineMs);
      waiting.add(check);
      check();
    });

  const { rule } = sign;
  const growth = (): number => (now ?? 0) - (atStart ?? 0);
  const ownShows = (): boolean => (rule === 'grows' ? growth() > 0 : (highest ?? 0) >= rule.reaches);
  const otherGrowth = (): number => (other.now ?? 0) - (other.atStart ?? 0);
  const signShows = (): boolean => ownShows() || otherGrowth() > 0;
  const stillMs = (): number => (readAtMs ?? 0) - movedAtMs;
  const signIsCalm = (): boolean => sign.calms === false || (now !== undefined && (rule === 'grows' ? stillMs() >= STILL_MS : now < rule.reaches));
  const signText = (): string => {
    if (now === undefined) return `${sign.what}: never read`;
    const own = rule === 'grows' ? `${sign.what}: +${rounded(growth())}` : `${sign.what}: ${rounded(now)}`;
    return sign.otherwise && !ownShows() ? `${own}; ${sign.otherwise.what}: +${rounded(otherGrowth())}` : own;
  };
  const calmText = (): string => (sign.calms === false ? '' : rule === 'grows' ? `; ${sign.what}: none for ${stillMs()} ms` : `; ${sign.what}: ${rounded(now ?? 0)}`);
  const canaryShows = (): boolean => (shows === 'always' ? holding >= LOOKS_IN_A_ROW : everHeld > 0);
  return {
    begin() {
      [holding, everHeld, normal] = [0, 0, 0];
      [atStart, highest] = [now, undefined];
      other.atStart = other.now;
      movedAtMs = clock();
    },
    untilVerified: (deadlineMs) => until(() => (canaryShows() && signShows() ? `${lastLook}; ${signText()}` : null), deadlineMs),
    async untilGone(deadlineMs) {
      const answers = (): boolean => normal >= LOOKS_IN_A_ROW;
      const gone = await until(() => (answers() && signIsCalm() ? { evidence: `${lastLook}${calmText()}` } : null), deadlineMs);
      if (gone !== null || !sign.ownCalls || !answers() || now === undefined) return gone;
      return { evidence: lastLook, lags: `${sign.what}: still more of them ${deadlineMs / 1000} s after the undo` };
    },
    lastSeen: () => `${lastLook}; ${signText()}${rule === 'grows' ? '' : ` (bound ${rule.reaches})`}`,
    [Symbol.dispose]: () => bus.off('timeline', onTimeline),
  };
}

const rounded = (value: number): string => String(Number(value.toFixed(1)));
