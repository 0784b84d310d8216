import { events } from './catalogue.ts';
import { deadLetterTopic, durability, topics } from './topics.ts';

/** What events.json says: every topic with what it must be created with, every event with its key and its payload. */
export const publishedEvents = () => ({
  topics: topics.flatMap((topic) => [topic, deadLetterTopic(topic)]).map((name) => ({ name, ...durability })),
  events: Object.entries(events).map(([type, { topic, key, payload }]) => ({ type, topic, key, payload })),
});
