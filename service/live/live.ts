import type { Logger } from 'pino';
import type { Database } from '../clients/postgres.ts';
import { statement } from '../sql/statement.ts';
import { startLoop, type Loop } from '../workers/loop.ts';
import { defaultLiveSettings, parseLiveSettings, type LivePatch, type LiveSettings } from './settings.ts';

const readSql = statement('read-live-settings');
const changeSql = statement('change-live-settings');

const everyMs = 1000;

/**
 * Settings that change while the service runs, the same in every process within a second or so. They are kept in
 * PostgreSQL; while it cannot be read, what was read last holds.
 */
export class Live {
  readonly #db: Database;
  readonly #log: Logger;
  #current = defaultLiveSettings;
  /** Counts changes made here: an answer that was on its way meanwhile is older than what is known. */
  #changes = 0;
  #loop: Loop | undefined;

  constructor(db: Database, log: Logger) {
    this.#db = db;
    this.#log = log;
  }

  get current(): LiveSettings {
    return this.#current;
  }

  /** Changes what the patch names, for all processes; here at once. All settings as they are then. */
  async set(patch: LivePatch): Promise<LiveSettings> {
    const [row] = await this.#db.query<{ settings: unknown }>(changeSql, [JSON.stringify(patch)]);
    this.#changes++;
    return this.#take(row?.settings);
  }

  /** Begins to follow what other processes change. */
  start(): void {
    this.#loop = startLoop('live', this.#log, async () => {
      const changes = this.#changes;
      const [row] = await this.#db.query<{ settings: unknown }>(readSql);
      if (changes === this.#changes) this.#take(row?.settings);
      return everyMs;
    });
  }

  async stop(): Promise<void> {
    await this.#loop?.stop();
  }

  #take(stored: unknown): LiveSettings {
    const before = JSON.stringify(this.#current);
    this.#current = parseLiveSettings(stored ?? {});
    if (JSON.stringify(this.#current) !== before) this.#log.warn({ event: 'live.changed', settings: this.#current }, 'settings changed at run time');
    return this.#current;
  }
}
