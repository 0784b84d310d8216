import { business } from './business/index.ts';
import type { FaultKind } from './fault.ts';
import { http } from './http/index.ts';
import { kafka } from './kafka/index.ts';
import { machine } from './machine/index.ts';
import { named } from './named/index.ts';
import { network } from './network/index.ts';
import { postgres } from './postgres/index.ts';
import { processes } from './process/index.ts';
import { redis } from './redis/index.ts';

/** Every kind of fault, by name. */
export const faultKinds: ReadonlyMap<string, FaultKind> = new Map([named, network, postgres, redis, kafka, processes, machine, http, business].flat().map((kind) => [kind.kind, kind]));
