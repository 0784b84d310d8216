import { bandwidth } from './bandwidth.ts';
import { down } from './down.ts';
import { halfOpen } from './half-open.ts';
import { hang } from './hang.ts';
import { latency } from './latency.ts';
import { reset } from './reset.ts';
import { slice } from './slice.ts';
import { truncate } from './truncate.ts';

/** Faults of the path between the service and what it needs, by Toxiproxy. */
export const network = [down, hang, latency, reset, bandwidth, slice, truncate, halfOpen];
