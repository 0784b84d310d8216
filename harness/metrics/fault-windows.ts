import type { TimelineEvent } from '../contracts/timeline.ts';

interface FaultWindow {
  readonly fault: string;
  readonly applyMs: number;
  goneMs: number;
}

const none: readonly string[] = [];

/** The windows [fault-apply, fault-gone | fault-not-gone] as far as they are known; one that is open lasts for ever. */
export class FaultWindows {
  readonly #windows: FaultWindow[] = [];

  see(event: TimelineEvent): void {
    if (event.event === 'fault-apply') {
      this.#windows.push({ fault: event.fault, applyMs: event.tMs, goneMs: Number.POSITIVE_INFINITY });
    } else if (event.event === 'fault-gone' || event.event === 'fault-not-gone') {
      const open = this.#windows.findLast((window) => window.fault === event.fault && window.goneMs === Number.POSITIVE_INFINITY);
      if (open) open.goneMs = event.tMs;
    }
  }

  /** The longest stretch of [startMs, endMs] without a fault, ms. */
  longestOutside(startMs: number, endMs: number): number {
    let longest = 0;
    let fromMs = startMs;
    for (const { applyMs, goneMs } of this.#windows.toSorted((a, b) => a.applyMs - b.applyMs)) {
      longest = Math.max(longest, Math.min(applyMs, endMs) - fromMs);
      fromMs = Math.max(fromMs, goneMs);
    }
    return Math.max(longest, endMs - fromMs);
  }

  /** Ids of the faults whose window meets [startMs, endMs], both ends included, sorted. */
  overlapping(startMs: number, endMs: number): readonly string[] {
    const met = this.#windows.filter((window) => startMs <= window.goneMs && endMs >= window.applyMs);
    if (met.length === 0) return none;
    return [...new Set(met.map((window) => window.fault))].sort();
  }
}
