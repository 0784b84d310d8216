import { brokerLoss } from './broker-loss.ts';
import { poolExhaustion } from './pool-exhaustion.ts';
import { redisDown } from './redis-down.ts';

/** The faults that the order names, all by Toxiproxy. */
export const named = [redisDown, brokerLoss, poolExhaustion];
