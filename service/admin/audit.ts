import type { PostgresSettings } from '../clients/postgres.ts';
import { inSnapshot } from '../clients/snapshot.ts';
import { SingleFlight } from '../domain/single-flight.ts';
import { statement } from '../sql/statement.ts';

const names = [
  'one-owner',
  'seat-is-reservation',
  'confirmed-is-paid',
  'payment-is-reservation',
  'payment-is-booked',
  'refunded-once',
  'charge-is-booked',
  'balance-is-ledger',
  'money-conserved',
  'payment-is-told',
  'payment-arrived',
  'platform-is-paid',
  'no-overdue-hold',
  'no-half-key',
  'outbox-fresh',
  'gateway-settled',
  'queue-in-order',
  'settled-once',
] as const;
/** Each with the statement that looks: how many were checked, how many are wrong, and some of these. */
export const auditChecks = names.map((name) => ({ name, sql: statement(`audit-${name}`) }));

/** All checks together; a request of operations has 30 s. */
const budgetMs = 25_000;
const connectMs = 3000;

export interface AuditCheck {
  readonly name: string;
  readonly checked: number;
  readonly violations: number;
  /** a few of them */
  readonly examples: readonly string[];
}

export interface AuditReport {
  /** nothing found in anything */
  readonly ok: boolean;
  readonly tookMs: number;
  readonly checks: readonly AuditCheck[];
}

/** What must hold in the database at any moment, looked at now and of one moment. A check that cannot be made fails the audit. */
export class Audit {
  readonly #postgres: PostgresSettings;
  readonly #flights = new SingleFlight<AuditReport>();

  constructor(postgres: PostgresSettings) {
    this.#postgres = { ...postgres, applicationName: 'ticketing-audit', waitMs: connectMs };
  }

  /** Whoever asks while one is going gets that one's answer. Throws 503. */
  run(): Promise<AuditReport> {
    return this.#flights.run('audit', async () => {
      const startedMs = performance.now();
      const found: AuditCheck[] = [];
      await inSnapshot(this.#postgres, budgetMs, async (query) => {
        for (const { name, sql } of auditChecks) {
          const [row] = await query<Omit<AuditCheck, 'name'>>(sql);
          if (!row) throw new Error(`audit ${name} said nothing`);
          found.push({ name, ...row });
        }
      });
      return { ok: found.every(({ violations }) => violations === 0), tookMs: Math.round(performance.now() - startedMs), checks: found };
    });
  }
}
