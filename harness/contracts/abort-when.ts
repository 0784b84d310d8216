import Type, { type Static } from 'typebox';
import { durationMs } from './duration.ts';

/** A run is ended when `what` is above the limit in each second for so long. */
export const AbortWhen = Type.Object(
  {
    text: Type.String({ description: 'as it was written' }),
    what: Type.Union([Type.Literal('5xx'), Type.Literal('bad'), Type.Literal('unanswered'), Type.Literal('p95'), Type.Literal('p99')]),
    above: Type.Number({ description: 'share 0 … 1 of all requests of a second, or ms' }),
    forMs: Type.Number(),
  },
  { additionalProperties: false },
);
export type AbortWhen = Static<typeof AbortWhen>;

/** How it is written: "5xx > 50 % for 10 s", "p95 > 3000 ms for 5s". */
const written = /^(?:(5xx|bad|unanswered)\s*>\s*(\d+(?:\.\d+)?)\s*%|(p95|p99)\s*>\s*(\d+(?:\.\d+)?)\s*ms)\s+for\s+(\d+(?:\.\d+)?)\s*(ms|s|m)$/;

/** undefined when it is not written as it should be. */
export function parseAbortWhen(text: string): AbortWhen | undefined {
  const [, share, percent, quantile, ms, amount, unit] = written.exec(text.trim()) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const what = (share ?? quantile) as AbortWhen['what'];
  return { text, what, above: share === undefined ? Number(ms) : Number(percent) / 100, forMs: durationMs(`${amount}${unit}`) };
}
