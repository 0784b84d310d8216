import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics/metrics.ts';

const spansMax = 2048;
const batchMax = 512;
const everyMs = 1000;
const exportMsMax = 2000;

/**
 * Finished spans on their way out: one export at a time, each with a deadline. What does not fit or is not taken is
 * dropped and counted; memory is bounded, and a request never waits for any of it. (The SDK's own processor does not
 * tell what it drops, and lets exports that hang pile up.)
 */
export class SpanQueue implements SpanProcessor {
  readonly #exporter: SpanExporter;
  readonly #metrics: Metrics;
  readonly #log: Logger;
  #spans: ReadableSpan[] = [];
  #exporting: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastError = '';

  constructor(exporter: SpanExporter, metrics: Metrics, log: Logger) {
    this.#exporter = exporter;
    this.#metrics = metrics;
    this.#log = log;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#spans.length >= spansMax) return void this.#metrics.telemetryDropped.inc({ reason: 'queue full' });
    this.#spans.push(span);
    if (this.#spans.length >= batchMax) void this.#drain();
    else this.#timer ??= setTimeout(() => void this.#drain(), everyMs).unref();
  }

  /** Resolves when everything that has ended is sent or dropped. */
  async forceFlush(): Promise<void> {
    while (this.#spans.length > 0 || this.#exporting) await this.#drain();
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    await this.#exporter.shutdown();
  }

  #drain(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return (this.#exporting ??= this.#exportAll().finally(() => (this.#exporting = undefined)));
  }

  async #exportAll(): Promise<void> {
    while (this.#spans.length > 0) {
      const batch = this.#spans.splice(0, batchMax);
      const error = await this.#export(batch);
      if (error === undefined) this.#metrics.telemetryExported.inc(batch.length);
      else this.#metrics.telemetryDropped.inc({ reason: 'not taken' }, batch.length);
      const message = error?.message ?? '';
      if (message !== '' && message !== this.#lastError) this.#log.warn({ event: 'telemetry.export_failed', error: message }, 'spans were dropped');
      this.#lastError = message;
    }
  }

  #export(batch: ReadableSpan[]): Promise<Error | undefined> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(new Error(`not taken within ${exportMsMax} ms`)), exportMsMax).unref();
      this.#exporter.export(batch, ({ code, error }) => {
        clearTimeout(late);
        resolve(code === ExportResultCode.SUCCESS ? undefined : (error ?? new Error('refused')));
      });
    });
  }
}
