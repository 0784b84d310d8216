import type { SabotageCase, SabotagedRun } from '../case.ts';
import { clockCases } from './clock.ts';
import { faultCases } from './faults.ts';
import { folderCases, laterCases } from './folder.ts';
import { generatorCases } from './generator.ts';
import { serverCases } from './servers.ts';

/** The run as it is, without which none of the others would show anything. */
export const healthyRun: SabotagedRun = { name: 'nothing', verdict: 'PASS' };

/** All that is done to a run, of the shorter ways before the longer ones: those that end a server are the last. */
export const sabotageCases: readonly SabotageCase[] = [...laterCases, ...generatorCases, ...folderCases, ...faultCases, ...serverCases, ...clockCases];
