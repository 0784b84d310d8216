import type { LedgerRow } from '../../contracts/ledger.ts';
import { by, type LedgerInvariant } from './invariant.ts';
import { CLOCK_SLACK_MS } from './times.ts';

type Place = LedgerRow<'places'>;

/** A user may queue again once the place was used or ran out, not before. */
export const onePlacePerUser: LedgerInvariant = {
  id: 'one-place-per-user',
  title: 'No user has two live places in one queue at one time',
  start: (tally) => ({
    watches: [
      by('buyer', ['places'], ({ key: user, places: all }) => {
        for (const [scope, places] of Map.groupBy(all, (place) => place.scope)) {
          tally.look();
          places.sort((a, b) => a.issuedMs - b.issuedMs);
          const second = places.findIndex((place, index) => index > 0 && endMs(places[index - 1] as Place) - CLOCK_SLACK_MS > place.issuedMs);
          if (second > 0) tally.violate({ scope, user, seqs: places.map(({ seq }) => seq), twiceFromMs: places[second]?.issuedMs }, places.length);
        }
      }),
    ],
  }),
};

const endMs = ({ doneMs, expiresMs }: Place): number => doneMs ?? expiresMs ?? Number.POSITIVE_INFINITY;
