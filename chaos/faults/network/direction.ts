import Type from 'typebox';
import type { Toxic } from '../../drivers/toxiproxy.ts';

/** Which way is spoiled, as seen from those who use the target. */
export const directionOf = <D extends 'up' | 'down' | 'both'>(all: readonly D[], byDefault: D, description: string) => Type.Enum([...all], { description, default: byDefault });

/** As Toxiproxy calls them. */
export function streamsOf(direction: 'up' | 'down' | 'both'): readonly Toxic['stream'][] {
  if (direction === 'both') return ['upstream', 'downstream'];
  return [direction === 'up' ? 'upstream' : 'downstream'];
}
