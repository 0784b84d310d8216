import { join } from 'node:path';
import type { Bus } from '../contracts/bus.ts';
import type { ResourceRow } from '../contracts/resources.ts';
import { artefacts } from '../contracts/run-folder.ts';
import type { SeriesRow } from '../contracts/series.ts';
import type { TimelineEvent } from '../contracts/timeline.ts';
import { NdjsonWriter } from '../store/ndjson.ts';

/**
 * Writes what the bus carries to timeline, series and resources, until it is disposed. When one of them cannot be written (the disk
 * is full), nothing more is written to any of them, so that all end there, and `onFailure` is called once.
 */
export function recordBus(bus: Bus, runDir: string, runId: string, onFailure: (error: Error) => void): Disposable {
  const timeline = new NdjsonWriter<TimelineEvent>(join(runDir, artefacts.timeline), 'timeline', runId);
  const series = new NdjsonWriter<SeriesRow>(join(runDir, artefacts.series), 'series', runId);
  const resources = new NdjsonWriter<ResourceRow>(join(runDir, artefacts.resources), 'resources', runId);
  const writers = [timeline, series, resources] as const;
  let failed = false;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!failed) onFailure(error as Error);
      failed = true;
    }
  };
  const unlessFailed = (work: () => void): void => (failed ? undefined : attempt(work));
  const onTimeline = (event: TimelineEvent): void => unlessFailed(() => timeline.write(event));
  const onSeries = (row: SeriesRow): void => unlessFailed(() => series.write(row));
  const onResource = (row: ResourceRow): void => unlessFailed(() => resources.write(row));
  bus.on('timeline', onTimeline).on('series', onSeries).on('resource', onResource);
  const flushing = setInterval(() => unlessFailed(() => writers.forEach((writer) => writer.flush())), 1000);
  return {
    [Symbol.dispose]: () => {
      clearInterval(flushing);
      bus.off('timeline', onTimeline).off('series', onSeries).off('resource', onResource);
      for (const writer of writers) attempt(() => writer.close());
    },
  };
}
