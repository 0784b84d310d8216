import { adminCanary } from '../../drivers/kafka-canary.ts';
import { endOf, topicOf } from '../../drivers/kafka.ts';
import type { Canary, FaultWorld } from '../../world.ts';

/** Looks at the end of a topic of this run. A look that finds more messages than the one before says how many. */
export function topicGrowth(world: FaultWorld, name: string): Canary {
  const topic = topicOf(world, name);
  let last: number | undefined;
  return adminCanary(world.addresses.kafkaBrokers, async (admin) => {
    const end = await endOf(admin, topic);
    const more = last === undefined ? 0 : end - last;
    last = end;
    return more > 0 ? `${more} more on ${name}` : undefined;
  });
}
