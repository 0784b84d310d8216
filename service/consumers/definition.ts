import { events, type EventType } from '../events/catalogue.ts';
import type { Topic } from '../events/topics.ts';
import type { ReceivedEvent } from './received.ts';

/** One consumer: what it listens to and what it does. Its name is that of its group and of its inbox. */
export interface ConsumerDefinition {
  readonly name: string;
  readonly handles: readonly EventType[];
  /**
   * Brings about what these events lead to, in one statement with the inbox: each once, however often it comes. Returns
   * how many were new. Rejects with a retryable Problem to be asked again later; with anything else the event that
   * does it is put aside after a few tries.
   */
  handle(events: readonly ReceivedEvent[]): Promise<number>;
}

export const topicsOf = ({ handles }: Pick<ConsumerDefinition, 'handles'>): Topic[] => [...new Set(handles.map((type) => events[type].topic))];
