import type { Logger } from 'pino';
import type { Metrics } from '../metrics/metrics.ts';
import type { TraceContext } from './trace-context.ts';

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span of a request, which ends when its answer has left. */
export interface RequestSpan {
  /** For what is called from here, and for the events that follow. */
  readonly traceparent: string;
  readonly spanId: string;
  end(status: number, attributes: SpanAttributes): void;
}

/** Records what happens where, for those who look for the time that a request took. It never fails and never waits. */
export interface Tracing {
  /** Begins the span of a request; undefined when this request is not recorded. */
  begin(name: string, context: TraceContext): RequestSpan | undefined;
  /** Goes on with the request's span as the one that `span` puts its spans under. */
  within(span: RequestSpan | undefined, next: () => void): void;
  /** Runs `work` in a span under the present one; just runs it when nothing is recorded. */
  span<T>(name: string, kind: SpanKind, attributes: SpanAttributes, work: () => Promise<T>): Promise<T>;
  /** Runs `work` that no request asked for: a trace of its own. */
  root<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T>;
  /** Runs `work` for several messages: a span under the cause of each that was recorded, by its `traceparent`. */
  following<T>(causes: readonly (string | undefined)[], name: string, kind: 'producer' | 'consumer', attributes: SpanAttributes, work: () => Promise<T>): Promise<T>;
  /** `traceparent` for a call to somebody else; undefined when nothing is recorded. */
  readonly traceparent: string | undefined;
  /** Sends what is left, for a second at most. */
  close(): Promise<void>;
}

export interface TracingSettings {
  readonly exporter: 'none' | 'otlp' | 'zipkin';
  /** Where spans are sent; undefined: the exporter's usual address on this machine. */
  readonly url: string | undefined;
  /** Share of the traces begun here that are recorded, 0 to 1; whoever calls with a decision has decided. */
  readonly sampleRatio: number;
  readonly environment: string;
}

/** Nothing is recorded, and nothing is paid for it. */
export const noTracing: Tracing = {
  begin: () => undefined,
  within: (_span, next) => next(),
  span: (_name, _kind, _attributes, work) => work(),
  root: (_name, _attributes, work) => work(),
  following: (_causes, _name, _kind, _attributes, work) => work(),
  traceparent: undefined,
  close: async () => {},
};

/** The SDK is loaded only where spans are recorded. */
export async function startTracing(settings: TracingSettings, metrics: Metrics, log: Logger): Promise<Tracing> {
  if (settings.exporter === 'none') return noTracing;
  const { Recorder } = await import('./recorder.ts');
  return new Recorder(settings, metrics, log);
}
