import { join } from 'node:path';
import type { Bus } from '../contracts/bus.ts';
import type { ResourceRow } from '../contracts/resources.ts';
import { artefacts } from '../contracts/run-folder.ts';
import type { SeriesRow } from '../contracts/series.ts';
import type { TimelineEvent } from '../contracts/timeline.ts';
import { NdjsonWriter } from '../store/ndjson.ts';

/** Writes what the bus carries to timeline, series and resources, until it is disposed. */
export function recordBus(bus: Bus, runDir: string, runId: string): Disposable {
  const timeline = new NdjsonWriter<TimelineEvent>(join(runDir, artefacts.timeline), 'timeline', runId);
  const series = new NdjsonWriter<SeriesRow>(join(runDir, artefacts.series), 'series', runId);
  const resources = new NdjsonWriter<ResourceRow>(join(runDir, artefacts.resources), 'resources', runId);
  const onTimeline = (event: TimelineEvent): void => timeline.write(event);
  const onSeries = (row: SeriesRow): void => series.write(row);
  const onResource = (row: ResourceRow): void => resources.write(row);
  bus.on('timeline', onTimeline).on('series', onSeries).on('resource', onResource);
  const flushing = setInterval(() => [timeline, series, resources].forEach((writer) => writer.flush()), 1000);
  return {
    [Symbol.dispose]: () => {
      clearInterval(flushing);
      bus.off('timeline', onTimeline).off('series', onSeries).off('resource', onResource);
      [timeline, series, resources].forEach((writer) => writer.close());
    },
  };
}
