import type { Catalogue } from '../seats/catalogue.ts';
import type { ConsumerDefinition } from './definition.ts';
import { handled } from './handled.ts';

/** Drops the seat maps of schedules whose seats changed hands: for changes that no request of a buyer made, and none that a crash kept from it. */
export const seatCache = (catalogue: Catalogue): ConsumerDefinition => ({
  name: 'seat-cache',
  handles: handled['seat-cache'].events,
  async handle(events) {
    const schedules = new Set(events.map(({ payload }) => (payload as { readonly scheduleId: string }).scheduleId));
    await Promise.all([...schedules].map((scheduleId) => catalogue.seatsChanged(scheduleId)));
    // Dropping twice is dropping once: it needs no inbox.
    return events.length;
  },
});
