import { handled } from '../../consumers/handled.ts';
import { deadLetterTopic, topics } from '../../events/topics.ts';
import { each, type MetricInfo } from '../metric-info.ts';

const sent = each('topic', [...topics, ...topics.map(deadLetterTopic)]);
const byTopic = each('topic', topics);
const groups = each('group', Object.keys(handled));
const results = ['stored', 'duplicate', 'ignored', 'malformed', 'failed'];

export const kafka = {
  kafkaSent: { type: 'counter', name: 'kafka_producer_messages_sent_total', help: 'Messages the brokers acknowledged', labels: ['topic'], known: sent },
  kafkaErrors: { type: 'counter', name: 'kafka_producer_errors_total', help: 'Sends that failed or were not acknowledged in time', labels: ['topic'], known: sent },
  kafkaBrokerFailures: { type: 'counter', name: 'kafka_broker_failures_total', help: 'Connections to a broker that could not be opened or that it ended, and requests it did not answer in time, by its address', labels: ['broker'] },
  kafkaBrokerRequest: { type: 'histogram', name: 'kafka_broker_request_seconds', help: 'Time a broker took to answer, by its address; without requests that wait for messages or for others of a group', labels: ['broker'], buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] },
  kafkaReceived: { type: 'counter', name: 'kafka_consumer_messages_total', help: 'Messages a consumer took in, by what became of them', labels: ['group', 'result'], known: groups.flatMap((group) => results.map((result) => ({ ...group, result }))) },
  kafkaLag: { type: 'gauge', name: 'kafka_consumer_lag', help: 'Messages a group has not committed yet, by topic; looked at each 10 s', labels: ['topic', 'group'] },
  kafkaLagGrowth: { type: 'gauge', name: 'kafka_consumer_lag_growth_per_minute', help: 'How fast the lag grew between the last two looks; below 0 when the group catches up', labels: ['topic', 'group'] },
  kafkaLeaderChanges: { type: 'counter', name: 'kafka_leader_changes_total', help: 'Partitions of the topics consumed here that had another leader than at the look before, by topic; looked at each 10 s', labels: ['topic'], known: byTopic },
  kafkaProcessingTime: { type: 'histogram', name: 'kafka_consumer_processing_seconds', help: 'Time to work on one batch', labels: ['group'], buckets: [0.005, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 5, 30] },
  kafkaFetchTime: { type: 'histogram', name: 'kafka_consumer_fetch_seconds', help: 'Time of a fetch, the wait for messages included', labels: ['group'], buckets: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 5] },
  kafkaCommitTime: { type: 'histogram', name: 'kafka_consumer_commit_seconds', help: 'Time of an offset commit; its count is that of the commits', labels: ['group'], buckets: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 5] },
  kafkaConsumerErrors: { type: 'counter', name: 'kafka_consumer_errors_total', help: 'Tries of a consumer that failed', labels: ['group'], known: groups },
  kafkaConsumerRestarts: { type: 'counter', name: 'kafka_consumer_restarts_total', help: 'Consumers replaced because they had gone silent while messages waited', labels: ['group'], known: groups },
  deadLetters: { type: 'counter', name: 'kafka_dead_letters_total', help: 'Messages put aside, by the topic they were on', labels: ['topic'], known: byTopic },
  deadLettersWaiting: { type: 'gauge', name: 'kafka_dead_letters', help: 'Dead letters that were not sent again yet, by the topic they were on', labels: ['topic'], known: byTopic },
  eventsPublished: { type: 'counter', name: 'events_published_total', help: 'Events of the outbox that were published and marked', labels: ['topic'], known: byTopic },
  eventsFailed: { type: 'counter', name: 'events_publish_failures_total', help: 'Tries to publish an event that were not acknowledged', labels: ['topic'], known: byTopic },
  messagingPurged: { type: 'counter', name: 'messaging_purged_total', help: 'Rows forgotten after their time, by table', labels: ['table'], known: each('table', ['outbox', 'inbox']) },
  outboxPending: { type: 'gauge', name: 'outbox_pending', help: 'Events in the outbox that are not published', labels: [] },
  outboxAge: { type: 'gauge', name: 'outbox_oldest_age_seconds', help: 'Age of the oldest event that is not published', labels: [] },
} as const satisfies Record<string, MetricInfo>;
