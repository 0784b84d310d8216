import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { projectRoot } from '../../setup/paths.mjs';

const count = Type.Integer({ minimum: 1 });
const Topic = Type.Object({ name: Type.String({ minLength: 1 }), partitions: count, replicationFactor: count, minInSyncReplicas: count });

const Consumer = Type.Object({ name: Type.String(), inbox: Type.Boolean(), events: Type.Array(Type.String()) });

/** What the harness needs of service/events.json; it may say more. */
const PublishedEvents = Type.Object({ topics: Type.Array(Topic, { minItems: 1 }), consumers: Type.Array(Consumer) });

/** A topic by its name and what it must be created with. */
export type TopicNeeds = Static<typeof Topic>;

/** service/events.json as this checkout has it: which topics the service needs, and what its consumers work on. Loading this module throws when it says something else. */
export const publishedEvents: Static<typeof PublishedEvents> = Value.Parse(PublishedEvents, JSON.parse(readFileSync(join(projectRoot, 'service/events.json'), 'utf8')));

/** Which consumer has to have had which events, of those that remember it: pairs of consumer and event type. */
export const consumerDuties: readonly (readonly [consumer: string, event: string])[] = publishedEvents.consumers.filter(({ inbox }) => inbox).flatMap(({ name, events }) => events.map((event) => [name, event] as const));
