import { EventProducer } from '../clients/kafka.ts';
import type { Context } from '../context.ts';
import type { Catalogue } from '../seats/catalogue.ts';
import { RunningConsumer } from './consumer.ts';
import { dataPlatform } from './data-platform.ts';
import { DeadLetterBox } from './dead-letter-box.ts';
import { startLagWatch } from './lag.ts';
import { notifier } from './notifier.ts';
import { projections } from './projections.ts';
import { seatCache } from './seat-cache.ts';

export interface Consumers {
  stop(): Promise<void>;
}

/** Starts every consumer of this service; the members of a group in other processes share its partitions. */
export function startConsumers(context: Context, catalogue: Catalogue): Consumers {
  const producer = new EventProducer(context.config.kafkaBrokers, context.config.kafkaSendTimeoutMs, context.metrics);
  const box = new DeadLetterBox(context, producer);
  const definitions = [dataPlatform(context), projections(context), notifier(context), seatCache(catalogue)];
  const running = definitions.map((definition) => new RunningConsumer(context, definition, box));
  const lagWatch = startLagWatch(context, running);
  return {
    async stop() {
      await Promise.all([lagWatch.stop(), ...running.map((consumer) => consumer.stop())]);
      await producer.close();
    },
  };
}
