import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace, type Context, type Span, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, RandomIdGenerator, TracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { Problem } from '../domain/problem.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { SpanQueue } from './span-queue.ts';
import { traceContextOf, traceparentOf, type TraceContext } from './trace-context.ts';
import type { RequestSpan, SpanAttributes, SpanKind as Kind, Tracing, TracingSettings } from './tracing.ts';
import { ZipkinExporter } from './zipkin.ts';

const serviceName = 'ticketing';
const closeMsMax = 1000;
/** A batch of messages is one piece of work; so many of its causes are told about it. */
const causesMax = 20;
const usualUrl = { otlp: 'http://127.0.0.1:4318/v1/traces', zipkin: 'http://127.0.0.1:9411/api/v2/spans' };
const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER } as const satisfies Record<Kind, SpanKind>;

interface RecordedSpan extends RequestSpan {
  readonly context: Context;
}

/** Spans by OpenTelemetry. Whether a trace is recorded is decided here, once, before anything is made for it. */
export class Recorder implements Tracing {
  readonly #present = new AsyncLocalStorage<Context>();
  readonly #sampleRatio: number;
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  /** Trace id of the next span without a parent: the caller's, where it gave one and nothing else. */
  #nextTraceId: string | undefined;

  constructor(settings: TracingSettings, metrics: Metrics, log: Logger) {
    this.#sampleRatio = settings.sampleRatio;
    const random = new RandomIdGenerator();
    this.#provider = new TracerProvider({
      sampler: new AlwaysOnSampler(),
      resource: resourceFromAttributes({ 'service.name': serviceName, 'deployment.environment.name': settings.environment }),
      idGenerator: { generateTraceId: () => this.#nextTraceId ?? random.generateTraceId(), generateSpanId: () => random.generateSpanId() },
      spanProcessors: [new SpanQueue(exporterOf(settings), metrics, log)],
    });
    this.#tracer = this.#provider.getTracer(serviceName);
  }

  begin(name: string, given: TraceContext): RecordedSpan | undefined {
    if (!this.#isSampled(given)) return undefined;
    const span = this.#start(name, 'server', {}, given);
    const { traceId, spanId } = span.spanContext();
    return {
      traceparent: traceparentOf(traceId, spanId, true),
      spanId,
      context: trace.setSpan(ROOT_CONTEXT, span),
      end(status, attributes) {
        span.setAttributes({ ...attributes, 'http.response.status_code': status });
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR, message: `answered ${status}` });
        span.end();
      },
    };
  }

  within(span: RequestSpan | undefined, next: () => void): void {
    if (span) this.#present.run((span as RecordedSpan).context, next);
    else next();
  }

  span<T>(name: string, kind: Kind, attributes: SpanAttributes, work: () => Promise<T>): Promise<T> {
    const parent = this.#present.getStore();
    if (!parent) return work();
    return this.#run([this.#tracer.startSpan(name, { kind: kinds[kind], attributes }, parent)], work);
  }

  root<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T> {
    const given = traceContextOf({});
    return this.#isSampled(given) ? this.#run([this.#start(name, 'internal', attributes, given)], work) : work();
  }

  following<T>(causes: readonly (string | undefined)[], name: string, kind: 'producer' | 'consumer', attributes: SpanAttributes, work: () => Promise<T>): Promise<T> {
    const recorded = new Set(causes.filter((cause) => cause?.endsWith('-01')));
    const spans = [...recorded].slice(0, causesMax).map((cause) => this.#start(name, kind, attributes, traceContextOf({ traceparent: cause })));
    return spans.length === 0 ? work() : this.#run(spans, work);
  }

  get traceparent(): string | undefined {
    const present = this.#present.getStore();
    const context = present && trace.getSpan(present)?.spanContext();
    return context && traceparentOf(context.traceId, context.spanId, true);
  }

  async close(): Promise<void> {
    await Promise.race([this.#provider.shutdown().catch(() => undefined), sleep(closeMsMax, undefined, { ref: false })]);
  }

  /** Runs the work under the first of the spans, and ends all with how it went. A refusal is an answer, not an error. */
  async #run<T>(spans: readonly Span[], work: () => Promise<T>): Promise<T> {
    try {
      return await this.#present.run(trace.setSpan(ROOT_CONTEXT, spans[0]!), work);
    } catch (error) {
      const isRefusal = error instanceof Problem && error.status < 500;
      for (const span of spans) {
        if (error instanceof Problem) span.setAttribute('problem.code', error.code);
        if (!isRefusal) span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
      }
      throw error;
    } finally {
      for (const span of spans) span.end();
    }
  }

  #start(name: string, kind: Kind, attributes: SpanAttributes, { traceId, parentSpanId }: TraceContext): Span {
    const parent = parentSpanId === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parentSpanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
    this.#nextTraceId = traceId;
    try {
      return this.#tracer.startSpan(name, { kind: kinds[kind], attributes }, parent);
    } finally {
      this.#nextTraceId = undefined;
    }
  }

  /** By the trace id, so that every process comes to the same decision about one trace. */
  #isSampled({ sampled, traceId }: TraceContext): boolean {
    return sampled ?? Number.parseInt(traceId.slice(-8), 16) / 2 ** 32 < this.#sampleRatio;
  }
}

function exporterOf({ exporter, url }: TracingSettings): SpanExporter {
  switch (exporter) {
    case 'zipkin':
      return new ZipkinExporter(url ?? usualUrl.zipkin, serviceName);
    case 'otlp':
      return new OTLPTraceExporter({ url: url ?? usualUrl.otlp, timeoutMillis: 1500 });
    case 'none':
      throw new Error('nothing is recorded without an exporter');
    default:
      return exporter satisfies never;
  }
}
