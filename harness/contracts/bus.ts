import { EventEmitter } from 'node:events';
import type { ResourceRow } from './resources.ts';
import type { SeriesRow } from './series.ts';
import type { TimelineEvent } from './timeline.ts';

/** What the bus carries while a run is going: exactly what the files will hold. */
export interface BusEvents {
  series: [row: SeriesRow];
  /** All rows of this second have been sent. */
  'second-closed': [second: number];
  timeline: [event: TimelineEvent];
  resource: [row: ResourceRow];
}

/** The one live bus of a run. Subscribers: the artefact writers, the live line, abort conditions, the live page. */
export class Bus extends EventEmitter<BusEvents> {}
