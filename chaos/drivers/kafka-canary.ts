import type { Admin } from 'kafkajs';
import type { Canary } from '../world.ts';
import { canaryOf } from './canary.ts';
import { kafkaOf } from './kafka.ts';

const LOOK_TIMEOUT_MS = 1000;

/** A canary that asks the cluster through the proxies; after a look that failed, the next is over a new connection. */
export function adminCanary(brokers: readonly string[], look: (admin: Admin) => Promise<string | undefined>): Canary {
  let admin: Promise<Admin> | undefined;
  const discard = (): void => {
    admin?.then((old) => old.disconnect()).catch(() => undefined);
    admin = undefined;
  };
  return canaryOf(async () => {
    admin ??= connected(brokers);
    try {
      return await within(admin.then(look), LOOK_TIMEOUT_MS);
    } catch (error) {
      discard();
      throw error;
    }
  }, discard);
}

async function connected(brokers: readonly string[]): Promise<Admin> {
  const admin = kafkaOf(brokers).admin();
  await admin.connect();
  return admin;
}

function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}
