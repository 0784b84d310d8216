import { business } from './business.ts';
import { http } from './http.ts';
import { kafka } from './kafka.ts';
import { machine } from './machine.ts';
import { named } from './named.ts';
import { network } from './network.ts';
import { postgres } from './postgres.ts';
import { processes } from './process.ts';
import { redis } from './redis.ts';

/** At least one example of every kind, a family in the order in which it may be played on one stage. */
export const examples = [named, network, postgres, redis, kafka, processes, machine, http, business].flat();
