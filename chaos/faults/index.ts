import type { FaultKind } from './fault.ts';
import { redisDown } from './redis-down.ts';

/** Every kind of fault, by name. */
export const faultKinds: ReadonlyMap<string, FaultKind> = new Map([redisDown].map((kind) => [kind.kind, kind]));
