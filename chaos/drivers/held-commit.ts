import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultWorld } from '../world.ts';
import { untilSeen } from './deadline.ts';
import { lookerAt } from './lock-looker.ts';
import { removeToxic, setProxyEnabled, setToxic } from './toxiproxy.ts';

export const COMMIT_TOXIC = 'held-commit';
export const BROKERS = ['broker-1', 'broker-2', 'broker-3'] as const;
const TRIES_MAX = 3;
const TAKEN_WITHIN_MS = 30_000;
const STORED_WITHIN_MS = 3000;
/** An answer that was on its way when the requests were dropped is there by then. */
const ANSWERED_WITHIN_MS = 150;
/** A consumer whose connections were cut is back in its group by then. */
const TRY_AGAIN_AFTER_MS = 12_000;

/**
 * Holds the consumer between storing and committing: what it stores is locked until a batch waits for that, then all
 * that is asked of the brokers is dropped, and the lock released. Runs `meanwhile` when the batch is stored and its
 * commit did not get through. Throws when that did not come about.
 */
export async function whileUncommitted(world: FaultWorld, target: string, meanwhile: () => Promise<void>): Promise<void> {
  const uncommitted = storedUncommitted(world, target);
  for (let tries = 1; tries <= TRIES_MAX; tries++) {
    const before = await uncommitted();
    try {
      await onceBatchWaits(world.addresses.postgresDirect, () =>
        forEachBroker((proxy) => setToxic(world.toxiproxyApi, proxy, { name: COMMIT_TOXIC, type: 'timeout', stream: 'upstream', attributes: { timeout: 0 } })),
      );
      const held = await untilSeen({ what: 'a batch', withinMs: STORED_WITHIN_MS, pauseMs: 20 }, () => isHeld(uncommitted, before)).catch(() => false);
      if (held) return await meanwhile();
    } finally {
      await forEachBroker((proxy) => letThrough(world.toxiproxyApi, proxy));
    }
    if (tries < TRIES_MAX) await sleep(TRY_AGAIN_AFTER_MS);
  }
  throw new Error(`no payment was stored with its commit held in ${TRIES_MAX} tries`);

  async function forEachBroker(act: (proxy: string) => Promise<void>): Promise<void> {
    await Promise.all(BROKERS.map((broker) => act(world.proxyOf(broker).name)));
  }
}

/** Locks what the data platform's consumer writes until one of its batches waits for it, acts, and lets it go on. */
async function onceBatchWaits(postgresUrl: string, act: () => Promise<void>): Promise<void> {
  await using holder = await lookerAt(postgresUrl);
  await using looker = await lookerAt(postgresUrl);
  await holder.client.query('BEGIN');
  await holder.client.query('LOCK TABLE platform_payments IN SHARE MODE');
  await untilSeen({ what: 'a batch of payments for the data platform', withinMs: TAKEN_WITHIN_MS, pauseMs: 4 }, () => looker.waitingFor(holder, 'platform_payments'));
  await act();
  await holder.client.query('ROLLBACK');
}

interface Counts {
  readonly stored: number;
  readonly open: number;
}

/** Payments stored at the data platform so far, and its batches that were worked on and not committed. */
function storedUncommitted(world: FaultWorld, target: string): () => Promise<Counts> {
  const read = (name: string, labels = {}) => world.metric({ name, labels: { group: 'data-platform', ...labels }, combine: 'sum', processes: [target] });
  const [stored, worked, committed] = [read('kafka_consumer_messages_total', { result: 'stored' }), read('kafka_consumer_processing_seconds_count'), read('kafka_consumer_commit_seconds_count')];
  return async () => {
    const [storedNow, workedNow, committedNow] = await Promise.all([stored(), worked(), committed()]);
    return { stored: storedNow ?? 0, open: (workedNow ?? 0) - (committedNow ?? 0) };
  };
}

/** One batch more is open than before, it has stored something, and no answer to its commit comes. */
async function isHeld(read: () => Promise<Counts>, before: Counts): Promise<boolean> {
  const now = await read();
  if (now.open <= before.open || now.stored <= before.stored) return false;
  await sleep(ANSWERED_WITHIN_MS);
  return (await read()).open > before.open;
}

/** Clients whose requests were dropped would wait for an answer for long: their connections are cut, so that they ask again. */
async function letThrough(api: string, proxy: string): Promise<void> {
  await removeToxic(api, proxy, COMMIT_TOXIC);
  await setProxyEnabled(api, proxy, false);
  await setProxyEnabled(api, proxy, true);
}
