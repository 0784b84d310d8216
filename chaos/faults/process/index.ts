import type { FaultKind } from '../fault.ts';
import { drain } from './drain.ts';
import { killBeforeCommit } from './kill-before-commit.ts';
import { killBeforeMark } from './kill-before-mark.ts';
import { kill } from './kill.ts';
import { restart } from './restart.ts';
import { stop } from './stop.ts';
import { zoneLoss } from './zone-loss.ts';

/** Ends, stops and restarts of processes. */
export const processes: readonly FaultKind[] = [kill, stop, restart, drain, killBeforeMark, killBeforeCommit, zoneLoss];
