import { down } from './down.ts';
import { hang } from './hang.ts';
import { latency } from './latency.ts';

/** Faults of the path between the service and what it needs, by Toxiproxy. */
export const network = [down, hang, latency];
