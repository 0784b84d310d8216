import { connect } from 'node:net';
import type { Admin, Consumer, ISocketFactory, Producer, RequestEvent } from 'kafkajs';
import type { Metrics } from '../metrics/metrics.ts';
import { wholeFrames } from './kafka-frames.ts';

const keepAliveMs = 60_000;
/** Their answer comes late by design: there is nothing to fetch yet, or others of the group are waited for. */
const waiting = new Set(['Fetch', 'JoinGroup', 'SyncGroup']);

/** Sockets as kafkajs makes them, which give whole answers only, and count for their broker when they cannot be opened and when the other side ends them. */
export function countingSockets(metrics: Metrics): ISocketFactory {
  return ({ host, port, onConnect }) => {
    const failed = (): void => metrics.kafkaBrokerFailures.inc({ broker: `${host}:${port}` });
    const socket = connect({ host, port }, onConnect).setKeepAlive(true, keepAliveMs);
    socket.once('error', failed);
    // An end that we have not asked for.
    socket.once('end', () => socket.writableEnded || failed());
    const on = socket.on.bind(socket);
    return Object.assign(socket, { on: (event: string, listener: (chunk: Buffer) => void) => on(event, event === 'data' ? wholeFrames(listener) : listener) });
  };
}

/** Tells the metrics how each broker answers this client. */
export function observeBrokers<C extends Admin | Consumer | Producer>(client: C, metrics: Metrics): C {
  // One name in three unions of overloads: TypeScript finds no common one.
  const { on, events } = client as Producer;
  on(events.REQUEST, ({ payload }: RequestEvent) => {
    if (!waiting.has(payload.apiName)) metrics.kafkaBrokerRequest.observe({ broker: payload.broker }, payload.duration / 1000);
  });
  on(events.REQUEST_TIMEOUT, ({ payload }) => metrics.kafkaBrokerFailures.inc({ broker: payload.broker }));
  return client;
}
