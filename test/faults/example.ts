import type { FaultSpec } from '../../harness/contracts/experiment.ts';

/** How one kind is played on a real stack to show that it bites and goes. */
export interface FaultExample {
  readonly spec: Pick<FaultSpec, 'kind' | 'target'> & Partial<FaultSpec>;
  /** What the stage must have: replicas behind HAProxy, users who pay by card. */
  readonly replicas?: number;
  readonly cards?: boolean;
  /** Played in `npm test`, as the one that stands for those that work alike; the others in `npm run evidence`. */
  readonly inTests?: boolean;
}
