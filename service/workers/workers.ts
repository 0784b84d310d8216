import type { PostgresSettings } from '../clients/postgres.ts';
import { startConsumers } from '../consumers/consumers.ts';
import type { Context } from '../context.ts';
import type { OpenOrders } from '../money/open-orders.ts';
import type { Catalogue } from '../seats/catalogue.ts';
import type { Settlements } from '../settlements/settlements.ts';
import { startAdmission } from './admission.ts';
import { startDailyClose } from './daily-close.ts';
import { startExpiry } from './expiry.ts';
import { startKeyPurge } from './key-purge.ts';
import type { Loop, LoopState } from './loop.ts';
import { startMessagingPurge } from './messaging-purge.ts';
import { startRelay } from './relay.ts';
import { startSettlement } from './settlement.ts';
import { startUpkeep } from './upkeep.ts';

export interface Workers {
  readonly admission?: Loop;
  readonly relay?: Loop;
  readonly settlement?: Loop;
  /** How each loop fares. */
  readonly states: readonly LoopState[];
  stop(): Promise<void>;
}

interface WorkerDeps {
  readonly context: Context;
  readonly postgres: PostgresSettings;
  readonly catalogue: Catalogue;
  readonly openOrders: OpenOrders;
  readonly settlements: Settlements;
}

/** Starts what this process's roles say; several processes with the same roles share the work. */
export function startWorkers({ context, postgres, catalogue, openOrders, settlements }: WorkerDeps): Workers {
  const { roles } = context.config;
  const consumers = roles.has('consumer') ? startConsumers(context, catalogue) : undefined;
  if (!roles.has('worker')) return { states: [], stop: async () => void (await consumers?.stop()) };
  const admission = startAdmission(context);
  const relay = startRelay(context, { ...postgres, applicationName: 'ticketing-relay' });
  const settlement = startSettlement(context, openOrders);
  const expiry = startExpiry(context, catalogue);
  const keyPurge = startKeyPurge(context);
  const messagingPurge = startMessagingPurge(context);
  const upkeep = startUpkeep(context, catalogue);
  const dailyClose = startDailyClose(context, settlements);
  const loops = [admission, expiry, keyPurge, messagingPurge, settlement, upkeep, dailyClose];
  return {
    admission,
    relay,
    settlement,
    states: [...loops, relay].map((loop) => loop.state),
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
      await Promise.all([relay.stop(), consumers?.stop()]);
    },
  };
}
