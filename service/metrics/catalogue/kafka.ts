import { deadLetterTopic, topics } from '../../events/topics.ts';
import { each, type MetricInfo } from '../metric-info.ts';

const sent = each('topic', [...topics, ...topics.map(deadLetterTopic)]);

export const kafka = {
  kafkaSent: { type: 'counter', name: 'kafka_producer_messages_sent_total', help: 'Messages the brokers acknowledged', labels: ['topic'], known: sent },
  kafkaErrors: { type: 'counter', name: 'kafka_producer_errors_total', help: 'Sends that failed or were not acknowledged in time', labels: ['topic'], known: sent },
  kafkaReceived: { type: 'counter', name: 'kafka_consumer_messages_total', help: 'Messages the data platform took in, by result', labels: ['result'], known: each('result', ['stored', 'duplicate', 'malformed']) },
  kafkaLag: { type: 'gauge', name: 'kafka_consumer_lag', help: 'Messages of payment-events the data platform has not committed yet', labels: [] },
  outboxPending: { type: 'gauge', name: 'outbox_pending', help: 'Events in the outbox that are not published', labels: [] },
  outboxAge: { type: 'gauge', name: 'outbox_oldest_age_seconds', help: 'Age of the oldest event that is not published', labels: [] },
} as const satisfies Record<string, MetricInfo>;
