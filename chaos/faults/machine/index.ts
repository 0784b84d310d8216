import type { FaultKind } from '../fault.ts';
import { cpu } from './cpu.ts';
import { memory } from './memory.ts';

/** What the machine gives a process. */
export const machine: readonly FaultKind[] = [cpu, memory];
