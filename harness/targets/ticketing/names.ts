import { createHash } from 'node:crypto';
import { publishedEvents, type TopicNeeds } from './published-events.ts';

/** Name of the database of a run: valid for PostgreSQL (≤ 63 bytes), different for different runs, the same when asked again. */
export const databaseOf = (runId: string): string => `gc_${distinct(runId, '_')}`;

/** What the names of a run's topics and consumer groups begin with. */
export const topicPrefixOf = (runId: string): string => `gc-${distinct(runId, '-')}-`;

/** Topics of a run with what they need, dead letters included. */
export const topicsOf = (topicPrefix: string): TopicNeeds[] => publishedEvents.topics.map((topic) => ({ ...topic, name: topicPrefix + topic.name }));

/** The topic that carries payments to the data platform. */
export const paymentTopic = (topicPrefix: string): string => `${topicPrefix}payment-events`;

/** Schedules on sale in a run's dataset. */
export const scheduleNames = (schedules: number): string[] => Array.from({ length: schedules }, (_none, index) => `schedule_${index + 1}`);

/** The concert on sale in every dataset. */
export const CONCERT = 'concert_1';

/** A readable head and a hash of the whole: a long run id is shortened, and two of them never become one. */
function distinct(runId: string, separator: string): string {
  const readable = runId.toLowerCase().replaceAll(/[^a-z0-9]+/g, separator).slice(0, 40);
  return `${readable}${separator}${createHash('sha256').update(runId).digest('hex').slice(0, 8)}`;
}
