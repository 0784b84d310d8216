import type { KafkaMessage } from 'kafkajs';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { events, isEventType, type EventPayload, type EventType } from '../events/catalogue.ts';

/** An event as it came, checked against what events.json says of its type. */
export interface ReceivedEvent {
  readonly payload: EventPayload;
  /** W3C header of the request it comes from: goes on with what follows from it */
  readonly traceparent: string | undefined;
  readonly message: KafkaMessage;
}

/** What a message turned out to be: an event to work on, one that is for others, or none at all. */
export type Reading = { readonly kind: 'event'; readonly event: ReceivedEvent } | { readonly kind: 'other' } | { readonly kind: 'poison'; readonly error: string };

const validators = new Map<EventType, Validator>();

/** Never throws. A type that is not known is for others: a producer may be newer than this consumer. */
export function read(message: KafkaMessage, handles: ReadonlySet<EventType>): Reading {
  let payload: unknown;
  try {
    payload = JSON.parse(message.value?.toString() ?? '');
  } catch {
    return { kind: 'poison', error: 'not JSON' };
  }
  const type = (payload as { readonly eventType?: unknown } | null)?.eventType;
  if (typeof type !== 'string') return { kind: 'poison', error: 'no eventType' };
  if (!isEventType(type) || !handles.has(type)) return { kind: 'other' };
  const validator = validatorOf(type);
  if (!validator.Check(payload)) return { kind: 'poison', error: `not a ${type}: ${firstError(validator, payload)}` };
  return { kind: 'event', event: { payload: payload as EventPayload, traceparent: message.headers?.['traceparent']?.toString(), message } };
}

function validatorOf(type: EventType): Validator {
  const known = validators.get(type);
  if (known) return known;
  const made = Compile(events[type].payload as TSchema) as Validator;
  validators.set(type, made);
  return made;
}

function firstError(validator: Validator, payload: unknown): string {
  const [error] = validator.Errors(payload);
  return error === undefined ? 'wrong' : `${error.instancePath || '/'} ${error.message}`;
}
