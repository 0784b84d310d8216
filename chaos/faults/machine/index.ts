import type { FaultKind } from '../fault.ts';
import { clockSkew } from './clock-skew.ts';
import { cpu } from './cpu.ts';
import { diskFull } from './disk-full.ts';
import { memory } from './memory.ts';

/** What the machine gives a process. */
export const machine: readonly FaultKind[] = [cpu, memory, diskFull, clockSkew];
