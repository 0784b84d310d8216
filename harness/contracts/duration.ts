const unitsMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** A duration as people write it: "250ms", "15s", "5m", "1h". The pattern of the JSON Schemas. */
export const durationPattern = '^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$';

/** Milliseconds of a duration such as "15s"; throws a RangeError that quotes the text. */
export function durationMs(text: string): number {
  const match = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)$/.exec(text);
  if (!match) throw new RangeError(`"${text}" is not a duration; write it like 250ms, 15s, 5m or 1h`);
  return Number(match[1]) * unitsMs[match[2] as keyof typeof unitsMs];
}

/** "1 min 20 s", "15 s", "420 ms": for people, not for parsing. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
