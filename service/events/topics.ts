/** Where events go, without the installation's prefix. Each has a topic for dead letters beside it. */
export const topics = ['queue-events', 'reservation-events', 'payment-events', 'seat-events', 'notification-events', 'user-events'] as const;
export type Topic = (typeof topics)[number];

/** What a message that cannot be worked on is put aside in. */
export const deadLetterTopic = (topic: string): string => `${topic}.dlq`;

/** What every topic must be created with: an acknowledged event survives the loss of any one broker. */
export const durability = { partitions: 3, replicationFactor: 3, minInSyncReplicas: 2 } as const;
