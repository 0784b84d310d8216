import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { ExportResultCode, hrTimeToMicroseconds, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

const sendMsMax = 1500;

/** Sends spans as Zipkin's JSON v2. With a deadline, which OpenTelemetry's own exporter does not have: its requests to a server that hangs stay for ever. */
export class ZipkinExporter implements SpanExporter {
  readonly #url: string;
  readonly #serviceName: string;

  constructor(url: string, serviceName: string) {
    this.#url = url;
    this.#serviceName = serviceName;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#send(spans).then(
      () => done({ code: ExportResultCode.SUCCESS }),
      (error: unknown) => done({ code: ExportResultCode.FAILED, error: error instanceof Error ? error : new Error(String(error)) }),
    );
  }

  async shutdown(): Promise<void> {}

  async #send(spans: readonly ReadableSpan[]): Promise<void> {
    const body = JSON.stringify(spans.map((span) => zipkinSpan(span, this.#serviceName)));
    const response = await fetch(this.#url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal: AbortSignal.timeout(sendMsMax) });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`zipkin answered ${response.status}`);
  }
}

/** https://zipkin.io/zipkin-api/: times in µs; a local span has no kind. */
function zipkinSpan(span: ReadableSpan, serviceName: string): object {
  const { traceId, spanId } = span.spanContext();
  const tags = Object.entries({ ...span.resource.attributes, ...span.attributes }).map(([name, value]) => [name, String(value)]);
  return {
    traceId,
    id: spanId,
    ...(span.parentSpanContext && { parentId: span.parentSpanContext.spanId }),
    name: span.name,
    ...(span.kind !== SpanKind.INTERNAL && { kind: SpanKind[span.kind] }),
    timestamp: hrTimeToMicroseconds(span.startTime),
    duration: Math.max(1, Math.round(hrTimeToMicroseconds(span.duration))),
    localEndpoint: { serviceName },
    tags: { ...Object.fromEntries(tags), ...(span.status.code === SpanStatusCode.ERROR && { error: span.status.message ?? 'failed' }) },
  };
}
