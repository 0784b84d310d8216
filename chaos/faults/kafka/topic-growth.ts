import type { Admin } from 'kafkajs';
import { canaryOf } from '../../drivers/canary.ts';
import { endOf, kafkaOf, topicOf } from '../../drivers/kafka.ts';
import type { Canary, FaultWorld } from '../../world.ts';

const LOOK_TIMEOUT_MS = 1000;

/** Looks at the end of a topic of this run, through the proxies. A look that finds more messages than the one before says how many. */
export function topicGrowth(world: FaultWorld, name: string): Canary {
  const topic = topicOf(world, name);
  let admin: Promise<Admin> | undefined;
  let last: number | undefined;
  const discard = (): void => {
    admin?.then((old) => old.disconnect()).catch(() => undefined);
    admin = undefined;
  };
  return canaryOf(async () => {
    admin ??= connected(world.addresses.kafkaBrokers);
    try {
      const end = await within(admin.then((client) => endOf(client, topic)), LOOK_TIMEOUT_MS);
      const more = last === undefined ? 0 : end - last;
      last = end;
      return more > 0 ? `${more} more on ${name}` : undefined;
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
