import { business } from './catalogue/business.ts';
import { cache } from './catalogue/cache.ts';
import { database } from './catalogue/database.ts';
import { dependencies } from './catalogue/dependencies.ts';
import { http } from './catalogue/http.ts';
import { kafka } from './catalogue/kafka.ts';
import { locks } from './catalogue/locks.ts';
import { protection } from './catalogue/protection.ts';
import { redis } from './catalogue/redis.ts';
import { settlements } from './catalogue/settlements.ts';
import { telemetry } from './catalogue/telemetry.ts';

/** Every metric of the service. */
export const catalogue = { ...http, ...business, ...locks, ...cache, ...redis, ...database, ...kafka, ...dependencies, ...protection, ...settlements, ...telemetry };
