/** Anything outside this sorts the same by UTF-16 units as by bytes. */
const surrogateOrAbove = /[\uD800-\uFFFF]/;

/** Orders text by its UTF-8 bytes, as PostgreSQL's COLLATE "C" does: < 0, 0, > 0. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (isBeyondUnits(a) && isBeyondUnits(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

/** Whether `<` may order this text and another such one differently than their bytes do. */
export const isBeyondUnits = (text: string): boolean => surrogateOrAbove.test(text);

/** One key of several parts; U+0000, which PostgreSQL refuses in text, keeps ("a", "bc") and ("ab", "c") apart. */
export const keyOf = (...parts: readonly string[]): string => parts.join('\u0000');

/** A number as text that sorts as the number does; for whole numbers from 0 to 2^53. */
export const sortable = (number: number): string => String(number).padStart(16, '0');
