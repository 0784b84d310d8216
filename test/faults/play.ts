import type { TimelineEvent } from '../../harness/contracts/timeline.ts';
import { edgesOf, startFaultStage } from '../support/fault-stage.ts';
import { stackNeeds } from '../../chaos/timeline.ts';
import type { FaultSpec } from '../../harness/contracts/experiment.ts';
import type { FaultExample } from './example.ts';

/** What became of one example: with the fault, and with everything but the fault. */
export interface Played {
  readonly example: FaultExample;
  readonly edges: readonly string[];
  readonly idleEdges: readonly string[];
  /** seconds from apply to verified, and from undo to gone; null: never */
  readonly verifiedSeconds: number | null;
  readonly goneSeconds: number | null;
  readonly evidence: string;
}

/** Plays examples on as few stages as they need, and tells each as soon as it is over. Throws what a stage throws. */
export async function playAll(examples: readonly FaultExample[], tell: (played: Played) => void): Promise<void> {
  const stages = Map.groupBy(examples, ({ replicas = 1, cards = false, spec }) => JSON.stringify({ replicas, cards, extras: stackNeeds({ faults: [spec as FaultSpec] }) }));
  for (const [key, ofStage] of stages) {
    const { replicas, cards, extras } = JSON.parse(key) as { replicas: number; cards: boolean; extras: string[] };
    await using stage = await startFaultStage({ topology: { replicas, extras }, pay: cards ? 'CARD' : 'POINT' });
    for (const few of chunks(ofStage, IDLE_AT_ONCE)) {
      const idle = await stage.playIdle(few.map(({ spec }) => spec));
      for (const [index, example] of few.entries()) tell(summary(example, await stage.play(example.spec), idle[index] ?? []));
    }
  }
}

/** So many canaries at once a small machine can bear. */
const IDLE_AT_ONCE = 8;

const chunks = <T>(all: readonly T[], size: number): T[][] => Array.from({ length: Math.ceil(all.length / size) }, (_none, index) => all.slice(index * size, (index + 1) * size));

function summary(example: FaultExample, events: readonly TimelineEvent[], idle: readonly TimelineEvent[]): Played {
  const at = (name: TimelineEvent['event']): number | null => events.find(({ event }) => event === name)?.tMs ?? null;
  const seconds = (from: number | null, to: number | null): number | null => (from === null || to === null ? null : (to - from) / 1000);
  const told = events.flatMap((event) => (event.event === 'fault-verified' ? [event.evidence] : event.event === 'fault-not-verified' || event.event === 'fault-not-gone' ? [event.why] : []));
  return {
    example,
    edges: edgesOf(events),
    idleEdges: edgesOf(idle),
    verifiedSeconds: seconds(at('fault-apply'), at('fault-verified')),
    goneSeconds: seconds(at('fault-undo'), at('fault-gone')),
    evidence: told.join('; '),
  };
}

export const bitAndWent: readonly string[] = ['apply', 'verified', 'undo', 'gone'];
/** Nothing was done, so nothing is verified; what is gone at the end was never there. */
export const neverBit: readonly string[] = ['apply', 'not-verified', 'undo', 'gone'];
