import type { Database } from '../clients/postgres.ts';
import { statement } from '../sql/statement.ts';

const listOutboxSql = statement('list-outbox');

export interface StoredEvent {
  readonly id: number;
  readonly eventId: string;
  readonly topic: string;
  readonly aggregateId: string;
  readonly eventType: string;
  /** JSON text */
  readonly payload: string;
  readonly createdAt: Date;
  readonly publishedAt: Date | null;
  readonly attempts: number;
}

/** A look at the outbox. */
export class Outbox {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Oldest first. */
  list({ published, limit, afterId }: { readonly published: boolean; readonly limit: number; readonly afterId: number }): Promise<StoredEvent[]> {
    return this.#db.query<StoredEvent>(listOutboxSql, [published, afterId, limit]);
  }
}
