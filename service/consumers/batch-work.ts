import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaMessage } from 'kafkajs';
import type { Context } from '../context.ts';
import { Problem } from '../domain/problem.ts';
import type { EventType } from '../events/catalogue.ts';
import type { Topic } from '../events/topics.ts';
import type { DeadLetterBox, Failure } from './dead-letter-box.ts';
import type { ConsumerDefinition } from './definition.ts';
import { read, type ReceivedEvent } from './received.ts';

const pauseMsMin = 100;
const pauseMsMax = 2000;

/** Messages of one partition, in order. */
export interface Batch {
  readonly topic: Topic;
  readonly partition: number;
  readonly messages: readonly KafkaMessage[];
}

type Tools = Pick<Context, 'metrics' | 'log'> & { readonly box: Pick<DeadLetterBox, 'keep'>; readonly triesMax: number };

/**
 * What a consumer does with a batch: all of it in one statement; when that fails for a reason that will not pass, one
 * event after the other, and what fails again and again is put aside. While the database or the brokers are in trouble
 * it waits: nothing is skipped for that.
 */
export class BatchWork {
  readonly #definition: ConsumerDefinition;
  readonly #handles: ReadonlySet<EventType>;
  readonly #tools: Tools;

  constructor(definition: ConsumerDefinition, tools: Tools) {
    this.#definition = definition;
    this.#handles = new Set(definition.handles);
    this.#tools = tools;
  }

  /** Resolves when the offset may move behind the batch. `stayAlive` is called between tries and rejects to give up. */
  async work(batch: Batch, stayAlive: () => Promise<void>): Promise<void> {
    const events: ReceivedEvent[] = [];
    for (const message of batch.messages) {
      const reading = read(message, this.#handles);
      if (reading.kind === 'event') events.push(reading.event);
      else if (reading.kind === 'other') this.#count('ignored', 1);
      else {
        this.#count('malformed', 1);
        await this.#putAside(batch, message, { error: reading.error, attempts: 1, firstFailedAtMs: Date.now() }, stayAlive);
      }
    }
    if (events.length === 0) return;
    try {
      await this.#handle(events, stayAlive);
    } catch (error) {
      if (isPassing(error)) throw error;
      for (const event of events) await this.#handleAlone(batch, event, stayAlive);
    }
  }

  async #handleAlone(batch: Batch, event: ReceivedEvent, stayAlive: () => Promise<void>): Promise<void> {
    const firstFailedAtMs = Date.now();
    for (let attempts = 1; ; attempts++) {
      try {
        return await this.#handle([event], stayAlive);
      } catch (error) {
        if (isPassing(error)) throw error;
        if (attempts < this.#tools.triesMax) await sleep(pauseMsMin * attempts);
        else {
          this.#count('failed', 1);
          return await this.#putAside(batch, event.message, { error: textOf(error), attempts, firstFailedAtMs }, stayAlive);
        }
      }
    }
  }

  async #handle(events: readonly ReceivedEvent[], stayAlive: () => Promise<void>): Promise<void> {
    const fresh = await this.#insist(isPassing, stayAlive, () => this.#definition.handle(events));
    this.#count('stored', fresh);
    this.#count('duplicate', events.length - fresh);
  }

  #putAside({ topic, partition }: Batch, message: KafkaMessage, failure: Failure, stayAlive: () => Promise<void>): Promise<void> {
    return this.#insist(() => true, stayAlive, () => this.#tools.box.keep(this.#definition.name, { topic, partition, message }, failure));
  }

  /** Tries until it works, or fails in a way that trying again does not help. */
  async #insist<T>(mayPass: (error: unknown) => boolean, stayAlive: () => Promise<void>, run: () => Promise<T>): Promise<T> {
    for (let pauseMs = pauseMsMin; ; pauseMs = Math.min(pauseMsMax, pauseMs * 2)) {
      try {
        return await run();
      } catch (error) {
        const { metrics, log } = this.#tools;
        metrics.kafkaConsumerErrors.inc({ group: this.#definition.name });
        log.warn({ event: 'kafka.consumer.failed', consumer: this.#definition.name, error: textOf(error) }, 'a batch could not be worked on');
        if (!mayPass(error)) throw error;
      }
      await stayAlive();
      await sleep(pauseMs);
    }
  }

  #count(result: 'stored' | 'duplicate' | 'ignored' | 'malformed' | 'failed', messages: number): void {
    this.#tools.metrics.kafkaReceived.inc({ group: this.#definition.name, result }, messages);
  }
}

/** Given up by `stayAlive`, to begin anew later. */
export class GivenUp extends Error {}

/** Not the event's fault: the database is away, or somebody else has the row. */
const isPassing = (error: unknown): boolean => error instanceof GivenUp || (error instanceof Problem && error.retryable);

const textOf = (error: unknown): string => {
  const { message, cause } = error as { readonly message?: string; readonly cause?: { readonly message?: string } };
  return cause?.message ? `${message}: ${cause.message}` : String(message ?? error);
};
