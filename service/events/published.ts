import { handled } from '../consumers/handled.ts';
import { events } from './catalogue.ts';
import { deadLetterTopic, durability, topics } from './topics.ts';

/** What events.json says: every topic with what it must be created with, every event with its key and its payload, every consumer with what it works on. */
export const publishedEvents = () => ({
  topics: topics.flatMap((topic) => [topic, deadLetterTopic(topic)]).map((name) => ({ name, ...durability })),
  events: Object.entries(events).map(([type, { topic, key, payload }]) => ({ type, topic, key, payload })),
  consumers: Object.entries(handled).map(([name, { inbox, events: types }]) => ({ name, inbox, events: types })),
});
