import Type, { type Static } from 'typebox';

const strict = { additionalProperties: false };
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

/** How the gateway misbehaves; all of it 0 is a gateway that is well. */
export const Behaviour = Type.Object(
  {
    errorShare: share('Share of requests that are refused with errorStatus; nothing is booked.'),
    errorStatus: Type.Integer({ minimum: 500, maximum: 599 }),
    lostShare: share('Share of orders that are booked, but whose connection is cut instead of an answer.'),
    addedLatencyMs: Type.Integer({ minimum: 0, maximum: 60_000, description: 'Time that every request takes longer.' }),
  },
  strict,
);
export type Behaviour = Static<typeof Behaviour>;

/** What of it changes; the rest stays. */
export const BehaviourChange = Type.Partial(Behaviour, strict);
export type BehaviourChange = Static<typeof BehaviourChange>;

export const wellBehaved: Behaviour = { errorShare: 0, errorStatus: 500, lostShare: 0, addedLatencyMs: 0 };

/** Picks a share of what comes, evenly and not by chance: of n in a row never less than ⌊n·share⌋. */
export class EvenShare {
  #seen = 0;

  next(share: number): boolean {
    this.#seen++;
    return Math.floor(this.#seen * share) > Math.floor((this.#seen - 1) * share);
  }
}
